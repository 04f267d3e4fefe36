"""What the registry tells the others about a registration: its full counting state, and nothing personal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar as Select

from services.registry.institutions.queries import institution
from services.registry.programmes import queries as programme_queries
from services.registry.programmes.models import ReportingUnitRow, UnitSuccession
from services.registry.programmes.queries import in_force
from services.registry.programmes.rules.attributes import attributes_of, with_later
from services.registry.programmes.rules.details import DetailValue
from services.registry.registrations.errors import institution_unknown, number_in_address
from services.registry.registrations.models import HistoryEntry, LapsedSeat, Registration
from services.registry.registrations.rules import INACTIVE, SEES_ALL
from services.registry.subjects.queries.organisations import subjects_with_code
from services.registry.subjects.queries.people import people_with_number
from services.registry.subjects.rules.organisations import Uscc, read_post_code, read_uscc
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import Programme
from shared.contracts.registration import ClassChange, RegistrationEvent
from shared.db import stretches
from shared.document_numbers import is_official
from shared.traces import traceparent_here

ALWAYS_ANNOUNCED = ("talent_class", "skill_level", "field", "round")


def classes(registration: Registration, programme: Programme) -> dict[str, str | None]:
    """What it is told as on the day it counts from: the pack's own codes, never free text."""
    return _classes(registration.details, programme)


def class_changes(registration: Registration, programme: Programme) -> list[ClassChange]:
    """What became of its classes later, in order of the days."""
    if not registration.later_details:
        return []
    details, before, found = registration.details, classes(registration, programme), []
    for on, some in groupby(registration.later_details, key=lambda each: each["on"]):
        details = with_later(details, some)
        now = _classes(details, programme)
        changed = (name for name in sorted(now) if now[name] != before[name])
        found += [ClassChange(name=name, value=now[name], since=on) for name in changed]
        before = now
    return found


def _classes(details: Mapping[str, DetailValue], programme: Programme) -> dict[str, str | None]:
    values = dict(details) | attributes_of(programme.attributes, details)
    counting = programme.counting_codes
    return {name: _code(values.get(name)) if name in counting else None for name in {*ALWAYS_ANNOUNCED, *counting}}


def fact(
    kind: type[RegistrationEvent],
    registration: Registration,
    programme: Programme,
    moved_with: Mapping[UUID, int] | None = None,
    cause: UUID | None = None,
    traceparent: str | None = None,
) -> RegistrationEvent:
    """The event of a registration as it now stands; a decision's number only where it is one, and no free text.

    `cause` is the import whose row it was, `traceparent` of the request that brought it about.
    """
    number = registration.decision_no
    return kind(
        registration_id=registration.id,
        version=registration.version,
        programme=registration.programme,
        subject_ref=registration.subject_ref,
        subject_kind=registration.subject_kind,
        institution_id=registration.institution_id,
        reporting_unit=registration.reporting_unit,
        township=registration.township,
        state=registration.state,
        counted_on=registration.counted_on,
        ended_on=registration.ended_on,
        classes=classes(registration, programme),
        class_changes=class_changes(registration, programme),
        decision_no=number if number and is_official(number) else None,
        spells=registration.spells,
        yields=registration.yields,
        moved_with=dict(moved_with or {}),
        cause=cause,
        traceparent=traceparent or traceparent_here(),
    )


def _code(value: DetailValue | None) -> str | None:
    """A value as a code: what is yes or no travels in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


WRITING_ACTIONS = ("draft", "submit", "amend")


def scope(caller: Caller) -> ColumnElement[bool]:
    """What a caller may see at all; every query of registrations carries it. Leaders and operators see none."""
    if caller.role in SEES_ALL:
        return true()
    if caller.institution_id:
        return col(Registration.institution_id) == caller.institution_id
    if caller.role == Role.DISTRICT_OFFICER:
        own = col(Registration.reporting_unit)
        return or_(own == caller.reporting_unit, own.in_(_ended_into(caller.reporting_unit)))
    return false()


def _ended_into(unit: str | None) -> Select[str]:
    """The units that have ended and whose work this one took over (湾里区 → 湾里管理局)."""
    ended = col(ReportingUnitRow.valid_to) < col(UnitSuccession.effective_on)
    took_over = select(UnitSuccession.old).join(ReportingUnitRow, col(ReportingUnitRow.code) == UnitSuccession.old)
    return took_over.where(ended, UnitSuccession.new == unit, UnitSuccession.effective_on <= clock.today())


@dataclass(frozen=True)
class RegistrationFilter:
    """What a reader asks for; `q` is an external reference, an organisation or post code, `by_number` a number too."""

    programme: str | None = None
    state: str | None = None
    unit: str | None = None
    institution: UUID | None = None
    q: str | None = None
    by_number: bool = False
    counted_from: date | None = None
    counted_to: date | None = None
    township_unknown: bool = False


def must_be_known(session: Session, caller: Caller, wanted: RegistrationFilter) -> None:
    """Raises InvalidBody for a filter that names nothing: no programme, unit or institution of ours. Also for a number
    of a person that stands in an address.

    Whether another institution is there, an institution does not learn: to it every other one has no registrations.
    """
    named = None if caller.institution_id else wanted.institution
    fault = institution_unknown("/institution") if named and institution(session, caller, named) is None else None
    shown = None if wanted.by_number else number_in_address(wanted.q or "")
    programme_queries.must_be_known(session, fault, shown, programme=wanted.programme, unit=wanted.unit)


def registrations(
    session: Session, caller: Caller, wanted: RegistrationFilter, limit: int, after: UUID | None
) -> Sequence[Registration]:
    """The registrations a caller may see, the newest first: `limit + 1` of them, after the id given (登记查询)."""
    conditions: list[Any] = [scope(caller)]
    pairs = (
        (Registration.programme, wanted.programme),
        (Registration.state, wanted.state),
        (Registration.reporting_unit, wanted.unit),
        (Registration.institution_id, wanted.institution),
    )
    conditions += [column == value for column, value in pairs if value is not None]
    if wanted.counted_from:
        conditions.append(col(Registration.counted_on) >= wanted.counted_from)
    if wanted.counted_to:
        conditions.append(col(Registration.counted_on) <= wanted.counted_to)
    if wanted.township_unknown:
        conditions.append(_township_unknown(session))
    if wanted.q:
        conditions.append(_matches(session, wanted.q, by_number=wanted.by_number))
    if after:
        conditions.append(col(Registration.id) < after)
    return session.exec(
        select(Registration).where(*conditions).order_by(col(Registration.id).desc()).limit(limit + 1)
    ).all()


def _matches(session: Session, q: str, *, by_number: bool) -> ColumnElement[bool]:
    uscc, post_code = read_uscc(q), read_post_code(q)
    codes = {uscc.code} if isinstance(uscc, Uscc) else set()
    codes |= {post_code} if isinstance(post_code, str) else set()
    subjects = [*subjects_with_code(session, codes), *(people_with_number(session, q) if by_number else ())]
    own = col(Registration.subject_ref).in_(subjects) | col(Registration.record_ref).in_(subjects)
    return or_(col(Registration.external_ref) == q.strip(), own)


def _township_unknown(session: Session) -> ColumnElement[bool]:
    """A boundary moved in their unit since they count, and nobody can say where they belong (乡镇待核实)."""
    names = in_force(session).geography.places.township_names
    moved = (
        select(UnitSuccession)
        .join(ReportingUnitRow, col(ReportingUnitRow.code) == UnitSuccession.old)
        .where(col(ReportingUnitRow.valid_to).is_(None), UnitSuccession.old == Registration.reporting_unit)
        .where(col(UnitSuccession.effective_on) > Registration.counted_on, UnitSuccession.effective_on <= clock.today())
    )
    return moved.exists() & or_(col(Registration.township).is_(None), col(Registration.township).not_in(names))


def registration(session: Session, caller: Caller, registration_id: UUID) -> Registration | None:
    """One registration by id; None where there is none or the caller may not see it (他单位数据视同不存在)."""
    return session.exec(select(Registration).where(Registration.id == registration_id, scope(caller))).first()


def locked(session: Session, caller: Caller | None, ids: Collection[UUID]) -> dict[UUID, Registration]:
    """Registrations by id that a caller may act on; without a caller, whichever there are.

    Locks their rows until the transaction ends, in the order of their ids, and reads them as they are by then.
    """
    held: dict[UUID, Registration] = {}
    for part in stretches(ids):
        rows = session.exec(
            select(Registration)
            .where(col(Registration.id).in_(part), scope(caller) if caller else true())
            .order_by(col(Registration.id))
            .with_for_update()
            .execution_options(populate_existing=True)  # what was read before the lock may be out of date
        )
        held |= {row.id: row for row in rows}
    return held


def locked_for(session: Session, calls: Sequence[tuple[Caller, UUID]]) -> list[Registration | None]:
    """The registration that each caller names, None where the caller may not see it or there is none.

    All are held until the transaction ends, in one order for everybody.
    """
    held = locked(session, None, [registration_id for _, registration_id in calls])
    named: dict[Caller, set[UUID]] = {}
    for caller, each in calls:
        named.setdefault(caller, set()).add(each)
    visible = {caller: _visible(session, caller, ids) for caller, ids in named.items()}
    return [held.get(each) if each in visible[caller] else None for caller, each in calls]


def _visible(session: Session, caller: Caller, ids: Collection[UUID]) -> Collection[UUID]:
    """Which of these registrations a caller may see; whoever sees all is not looked up."""
    if caller.role in SEES_ALL:
        return ids
    visible = select(Registration.id).where(scope(caller))
    return {found for some in stretches(ids) for found in session.exec(visible.where(col(Registration.id).in_(some)))}


def of_subjects(session: Session, subjects: Collection[UUID]) -> list[Registration]:
    """The registrations of subjects, whatever their state."""
    found: list[Registration] = []
    for part in stretches(subjects):
        found += session.exec(select(Registration).where(col(Registration.subject_ref).in_(part)))
    return found


def active(session: Session, subjects: Collection[UUID]) -> list[Registration]:
    """The active registrations of subjects; a draft is in nobody's way."""
    return [each for each in of_subjects(session, subjects) if each.state not in INACTIVE]


def writers(session: Session, ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """The clients that wrote each registration: entered it, submitted it or amended it (经办人)."""
    found: dict[UUID, set[str]] = {}
    for part in stretches(ids):
        entries = select(HistoryEntry.registration_id, HistoryEntry.by).where(
            col(HistoryEntry.registration_id).in_(part), col(HistoryEntry.action).in_(WRITING_ACTIONS)
        )
        for registration_id, by in session.exec(entries):
            found.setdefault(registration_id, set()).add(by)
    return found


def states_before(session: Session, ids: Collection[UUID], action: str) -> dict[UUID, str]:
    """The state in which each registration was before the last act of that kind on it."""
    found, last = {}, None
    for part in stretches(ids):
        entries = select(HistoryEntry.registration_id, HistoryEntry.action, HistoryEntry.state).where(
            col(HistoryEntry.registration_id).in_(part)
        )
        for registration_id, each, state in session.exec(
            entries.order_by(col(HistoryEntry.registration_id), col(HistoryEntry.version))
        ):
            if each == action and last and last[0] == registration_id:
                found[registration_id] = last[1]
            last = registration_id, state
    return found


def history(session: Session, registration_id: UUID) -> Sequence[HistoryEntry]:
    """Every act on a registration, in order."""
    return session.exec(
        select(HistoryEntry).where(HistoryEntry.registration_id == registration_id).order_by(col(HistoryEntry.version))
    ).all()


def lapsed(session: Session, seats: Collection[UUID]) -> set[UUID]:
    """Which of these places no recognition may rest on any more."""
    return {
        seat
        for some in stretches(seats)
        for seat in session.exec(select(LapsedSeat.seat_id).where(col(LapsedSeat.seat_id).in_(some)))
    }
