"""The reporting units, what became of them, and where places lay (区划沿革), as the policies in force say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar
from sqlmodel import Session, col, or_, select

from services.registry.programmes.models import (
    AppliedPolicy,
    CalendarYear,
    CappedProgramme,
    ProgrammeRow,
    ReportingUnitRow,
    UnitSuccession,
)
from services.registry.programmes.rules.calendar import SATURDAY, Year, YearOf
from services.registry.programmes.rules.places import Places
from shared.contracts.duplicates import Matching, Relation
from shared.contracts.places import Follows, successors
from shared.contracts.policy import PackTerms, Programme
from shared.problems import Fault, Said


class InForce(NamedTuple):
    """What the policies here say: programmes by code in their order, duplicates, exclusions, places, who signs."""

    programmes: dict[str, Programme]
    matching: Matching
    relations: list[Relation]
    places: Places
    issuer: str | None


def programmes(session: Session) -> dict[str, Programme]:
    """The programmes in force by code, in the order of the policy."""
    return in_force(session).programmes


def in_force(session: Session) -> InForce:
    """The policies in force, together; of what a duplicate is, the newest document decides."""
    policies = session.exec(select(AppliedPolicy).order_by(col(AppliedPolicy.applied_at))).all()
    key = tuple((policy.fingerprint, policy.applied_at) for policy in policies)
    parsed = _PARSED.get(key)
    if parsed is None:
        rows = session.exec(select(ProgrammeRow).order_by(col(ProgrammeRow.position))).all()
        every = [PackTerms.model_validate(policy.rules) for policy in policies]
        parsed = InForce(
            {row.code: Programme.model_validate(row.definition) for row in rows},
            every[-1].matching if every else Matching(),
            [relation for each in every for relation in each.relations],
            Places(every),
            next((each.bulletins.issuer_zh for each in reversed(every) if each.bulletins.issuer_zh), None),
        )
        _PARSED.clear()
        _PARSED[key] = parsed
    return parsed


# The policies of one moment; parsing them anew for each request costs more than the rest.
_PARSED: dict[tuple[tuple[str, datetime], ...], InForce] = {}


def capped(session: Session) -> set[str]:
    """The programmes in which quota is asked for a place before anybody is recognised."""
    return set(session.exec(select(CappedProgramme.code)).all())


def units(session: Session, on: date | None = None) -> Sequence[ReportingUnitRow]:
    """The reporting units, or those valid on a date."""
    wanted = select(ReportingUnitRow).order_by(col(ReportingUnitRow.position))
    if on:
        wanted = wanted.where(
            ReportingUnitRow.valid_from <= on,
            or_(col(ReportingUnitRow.valid_to).is_(None), col(ReportingUnitRow.valid_to) >= on),
        )
    return session.exec(wanted).all()


def successions(session: Session) -> Sequence[UnitSuccession]:
    """Every succession, oldest first."""
    return session.exec(select(UnitSuccession).order_by(col(UnitSuccession.effective_on))).all()


def unit_fault(session: Session, code: str, pointer: str = "/reporting_unit") -> Fault | None:
    """Why this code names no reporting unit."""
    return None if session.get(ReportingUnitRow, code) else unknown_unit(pointer)


def unknown_unit(pointer: str = "/reporting_unit") -> Fault:
    """No unit has that code."""
    return Fault(
        pointer,
        "unit_unknown",
        Said(
            "没有这个填报单位，可用代码见 GET /v1/reporting-units",
            "No reporting unit has this code; GET /v1/reporting-units lists them",
        ),
    )


@dataclass(frozen=True)
class Geography:
    """The reporting units and what became of them, the divisions and the townships."""

    units: Mapping[str, ReportingUnitRow]
    successions: Sequence[UnitSuccession]
    places: Places

    def unit(self, written: str) -> ReportingUnitRow | None:
        """A unit by its code, its name or statutory code, or one that its division had before (新建县)."""
        if found := self.units.get(written):
            return found
        names = {each.name_zh: each for each in self.units.values()} | {e.name_en: e for e in self.units.values()}
        codes = {each.gb2260: each for each in self.units.values()}
        if found := names.get(written) or codes.get(written):
            return found
        return next((codes[code] for code in self.places.codes_of(written) if code in codes), None)

    def followed(self, on: date) -> dict[str, Follows]:
        """Which unit reports on a day for each that has ended (整体划转)."""
        return successors(self.units.values(), self.successions, on)

    def parts_later(self, unit: str, on: date) -> bool:
        """Whether a boundary moves a part of the unit after that day, so that the township decides."""
        whole = self.followed(date.max)
        return unit not in whole and any(each.old == unit and on < each.effective_on for each in self.successions)


def geography(session: Session) -> Geography:
    """As it is now."""
    return Geography({unit.code: unit for unit in units(session)}, successions(session), in_force(session).places)


def calendar(session: Session) -> YearOf:
    """The years in force: by decree where one was entered, or else by the package; None where neither has the year.

    The decrees are read once, when the first year is asked for.
    """

    @cache
    def decreed() -> dict[int, Year]:
        return {
            row.year: Year(
                row.year,
                frozenset(map(date.fromisoformat, row.days_off)),
                frozenset(map(date.fromisoformat, row.days_worked)),
                row.document_no,
                row.version,
            )
            for row in session.exec(select(CalendarYear))
        }

    return lambda year: decreed().get(year) or _packaged(year)


@cache
def _packaged(year: int) -> Year | None:
    """A year as chinesecalendar has it, which follows the yearly decrees since 2004."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    off: set[date] = set()
    worked: set[date] = set()
    try:
        for day in (day for day in days if day.year == year):
            weekend = day.weekday() >= SATURDAY
            if chinese_calendar.is_workday(day) == weekend:
                (worked if weekend else off).add(day)
    except NotImplementedError:
        return None
    return Year(year, frozenset(off), frozenset(worked))
