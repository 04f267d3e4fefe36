from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, or_, select

from services.registry.programmes.models import (
    AppliedPolicy,
    CalendarYear,
    KnownLimit,
    PendingChange,
    PolicyHistoryEntry,
    ProgrammeRow,
    ReportingUnitRow,
    UnitSuccession,
)
from services.registry.programmes.rules.limits import KnownLimits, Limit
from services.registry.programmes.rules.places import Geography, Places, unknown_unit
from shared.contracts.duplicates import Matching, Relation
from shared.contracts.policy import PackTerms, Programme
from shared.db import table_of
from shared.problems import Fault, InvalidBody, Said
from shared.working_days import Year, YearOf, decreed_years, packaged_year


class InForce(NamedTuple):
    """What the policies here say: programmes by code in their order, duplicates, exclusions, places, who signs."""

    programmes: dict[str, Programme]
    matching: Matching
    relations: list[Relation]
    geography: Geography
    issuer: str | None


def programmes(session: Session) -> dict[str, Programme]:
    """The programmes in force by code, in the order of the policy."""
    return in_force(session).programmes


def document_numbers(session: Session) -> Sequence[str]:
    """The numbers of the policy documents that were applied (发文字号), as they are kept."""
    return session.exec(select(AppliedPolicy.document_no)).all()


def policy_state(session: Session) -> str | None:
    """The digest of all policies in force, in the order in which they were put into force; None before the first."""
    stated = select(AppliedPolicy.fingerprint).order_by(col(AppliedPolicy.applied_at))
    fingerprints = session.exec(stated).all()
    return sha256("\n".join(fingerprints).encode()).hexdigest() if fingerprints else None


def in_force(session: Session) -> InForce:
    """The policies in force, together (现行政策); of what a duplicate is, the newest document decides.

    Whoever changes what they say changes `policy` too: it is asked each time, and the rest parsed once for each state
    of it and kept in the process.
    """
    state = tuple((fingerprint, applied_at) for fingerprint, applied_at in session.execute(_STATE))
    found = _PARSED.get(state)
    if found is None:
        found = _parsed(session)
        _PARSED.clear()
        _PARSED[state] = found
    return found


# Statements that are asked for each commit are made once: making one costs more than executing it.
_POLICY, _LIMIT = table_of(AppliedPolicy).c, table_of(KnownLimit).c
_STATE = select_columns(_POLICY.fingerprint, _POLICY.applied_at).order_by(_POLICY.applied_at)
# Columns: whole objects cost thrice as much.
_LIMITS = select_columns(
    _LIMIT.programmes,
    _LIMIT.unit,
    _LIMIT.classes,
    _LIMIT.starts_on,
    _LIMIT.ends_on,
    _LIMIT.round,
    _LIMIT.key,
    _LIMIT.version,
).where(_LIMIT.capped)
_PARSED: dict[tuple[tuple[str, datetime], ...], InForce] = {}


def limits(session: Session) -> KnownLimits:
    """Where quota is asked for a seat before anybody is recognised (限额)."""
    return KnownLimits(Limit(*row) for row in session.execute(_LIMITS))


def _parsed(session: Session) -> InForce:
    rows = session.exec(select(ProgrammeRow).order_by(col(ProgrammeRow.position))).all()
    policies = session.exec(select(AppliedPolicy).order_by(col(AppliedPolicy.applied_at))).all()
    every = [PackTerms.model_validate(policy.rules) for policy in policies]
    places, changes = units(session), successions(session)
    for row in (*places, *changes):
        session.expunge(row)  # else what they hold would go with this transaction, where that is rolled back
    return InForce(
        {row.code: Programme.model_validate(row.definition) for row in rows},
        every[-1].matching if every else Matching(),
        [relation for each in every for relation in each.relations],
        Geography({unit.code: unit for unit in places}, changes, Places(every)),
        next((each.bulletins.issuer_zh for each in reversed(every) if each.bulletins.issuer_zh), None),
    )


def units(session: Session, on: date | None = None) -> Sequence[ReportingUnitRow]:
    """The reporting units in the order of the policy, or those valid on a date (both days of a validity included)."""
    wanted = select(ReportingUnitRow).order_by(col(ReportingUnitRow.position))
    if on:
        wanted = wanted.where(
            ReportingUnitRow.valid_from <= on,
            or_(col(ReportingUnitRow.valid_to).is_(None), col(ReportingUnitRow.valid_to) >= on),
        )
    return session.exec(wanted).all()


def successions(session: Session) -> Sequence[UnitSuccession]:
    """Every succession of the policies in force (区划调整), the earliest first; those that lie ahead included."""
    return session.exec(select(UnitSuccession).order_by(col(UnitSuccession.effective_on))).all()


def unit_fault(session: Session, code: str, pointer: str = "/reporting_unit") -> Fault | None:
    """Why this code names no reporting unit; None where it does, whether or not the unit is valid today."""
    return None if session.get(ReportingUnitRow, code) else unknown_unit(pointer)


def must_be_known(
    session: Session, *others: Fault | None, programme: str | None = None, unit: str | None = None
) -> None:
    """Raises InvalidBody for filters of a list that name nothing: a programme or a unit that no policy in force has.

    `others` are faults of the other filters, or None.
    """
    faults = [PROGRAMME_UNKNOWN] if programme is not None and programme not in programmes(session) else []
    if unit is not None and (fault := unit_fault(session, unit, "/unit")):
        faults.append(fault)
    faults += [each for each in others if each]
    if faults:
        raise InvalidBody(*faults)


PROGRAMME_UNKNOWN = Fault(
    "/programme",
    "programme_unknown",
    Said("没有这个人才计划，请从计划目录选择", "There is no such programme; choose one from the list of programmes"),
)


def geography(session: Session) -> Geography:
    """The reporting units, what became of them, and where places lay (区划沿革), as the policies in force say now."""
    return in_force(session).geography


def calendar(session: Session) -> YearOf:
    """The years in force: by decree where one was entered, or else by the package; None where neither has the year.

    The decrees are read once, when the first year is asked for.
    """

    @cache
    def decreed() -> dict[int, Year]:
        return decreed_years(session.exec(select(CalendarYear)))

    return lambda year: decreed().get(year) or packaged_year(year)


def documents_in_force(session: Session) -> Sequence[AppliedPolicy]:
    """The policy documents as they were applied last (现行政策), the first applied first."""
    return session.exec(select(AppliedPolicy).order_by(col(AppliedPolicy.applied_at))).all()


def proposals(session: Session) -> Sequence[PendingChange]:
    """The changes of the policy that await a second officer (待第二人)."""
    waiting = select(PendingChange).where(col(PendingChange.subject).startswith("policy "))
    return session.exec(waiting.order_by(col(PendingChange.at))).all()


def proposal(session: Session, subject: str) -> PendingChange | None:
    """What one officer proposed on a subject, as `calendar 2026` (待第二人); None where nothing waits."""
    return session.get(PendingChange, subject)


def policy_history(session: Session, limit: int) -> Sequence[PolicyHistoryEntry]:
    """What was changed in the policy (政策变更记录), the newest first."""
    return session.exec(select(PolicyHistoryEntry).order_by(col(PolicyHistoryEntry.at).desc()).limit(limit)).all()
