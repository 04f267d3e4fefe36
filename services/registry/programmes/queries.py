from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from services.registry.programmes.models import CappedProgramme, Policy, ProgrammeRow, ReportingUnitRow, UnitSuccession
from services.registry.programmes.rules import Places
from shared.contracts.duplicates import Matching, Relation
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
    policies = session.exec(select(Policy).order_by(col(Policy.applied_at))).all()
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
