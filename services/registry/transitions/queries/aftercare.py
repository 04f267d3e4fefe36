from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.registry.registrations.models import Registration
from services.registry.registrations.queries import scope
from services.registry.subjects.rules.dates import corresponding_day
from services.registry.transitions.models import Finding
from services.registry.transitions.rules.aftercare import DueKind, latest_start
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import IN_STOCK


class DueRegistration(NamedTuple):
    """A registration of which something is due, and when."""

    registration: Registration
    due_on: date


@dataclass(frozen=True)
class DueFilter:
    """What of the registrations in stock is due, from today to so many days on; assessments and checks also overdue."""

    kind: DueKind
    today: date
    within_days: int
    programme: str | None = None
    unit: str | None = None

    @property
    def horizon(self) -> date:
        """The last day looked at."""
        return self.today + timedelta(days=self.within_days)


def findings(session: Session, registration_id: UUID) -> Sequence[Finding]:
    """What was found of a registration, the first first."""
    wanted = select(Finding).where(Finding.registration_id == registration_id)
    return session.exec(wanted.order_by(col(Finding.found_on), col(Finding.id))).all()


def due(
    session: Session, caller: Caller, wanted: DueFilter, known: Mapping[str, Programme], limit: int, after: UUID | None
) -> list[DueRegistration]:
    """What is due (到期待办), by registration, `limit + 1` of them; nothing is of whose data is restricted."""
    day, condition, joined = _CONDITIONS[wanted.kind](wanted, known)
    found = select(Registration, day).where(col(Registration.state).in_(IN_STOCK), scope(caller), condition)
    found = found.where(~col(Registration.restricted))
    for other, on in joined:
        found = found.outerjoin(other, on)
    if wanted.programme:
        found = found.where(Registration.programme == wanted.programme)
    if wanted.unit:
        found = found.where(Registration.reporting_unit == wanted.unit)
    if after:
        found = found.where(col(Registration.id) > after)
    months = {code: _months(wanted.kind, programme) for code, programme in known.items()}
    return [
        DueRegistration(registration, corresponding_day(day, months[registration.programme] or 0))
        for registration, day in session.exec(found.order_by(col(Registration.id)).limit(limit + 1))
    ]


def _months(kind: DueKind, programme: Programme) -> int | None:
    care = programme.aftercare
    return {
        "assessment": care.assessment_months,
        "retention_check": care.check_months,
        "service": care.service_months,
    }.get(kind)


DueCondition = tuple[Any, ColumnElement[bool], list[tuple[Any, Any]]]  # a day, the condition, what is joined


def _last_looked_at(wanted: DueFilter, known: Mapping[str, Programme]) -> DueCondition:
    """Months after it was last looked at, or counted if it never was."""
    last = (
        select(Finding.registration_id, func.max(Finding.found_on).label("found_on"))
        .where(Finding.kind == wanted.kind)
        .group_by(col(Finding.registration_id))
        .subquery()
    )
    day = func.coalesce(last.c.found_on, Registration.counted_on)
    starts = (
        and_(col(Registration.programme) == code, day <= latest_start(wanted.horizon, months))
        for code, programme in known.items()
        if (months := _months(wanted.kind, programme))
    )
    return day, or_(false(), *starts), [(last, last.c.registration_id == Registration.id)]


def _rectification(wanted: DueFilter, known: Mapping[str, Programme]) -> DueCondition:
    """The last assessment asks for something to be put right by a day."""
    finding, later = aliased(Finding), aliased(Finding)
    of_it = and_(col(finding.registration_id) == Registration.id, col(finding.kind) == "assessment")
    after = and_(
        col(later.registration_id) == Registration.id, col(later.kind) == "assessment", col(later.id) > finding.id
    )
    condition = and_(col(finding.rectify_by) <= wanted.horizon, ~select(later.id).where(after).exists())
    return finding.rectify_by, condition, [(finding, of_it)]


def _term(wanted: DueFilter, known: Mapping[str, Programme]) -> DueCondition:
    day = col(Registration.last_day)
    return day, and_(day >= wanted.today, day <= wanted.horizon), []


def _service(wanted: DueFilter, known: Mapping[str, Programme]) -> DueCondition:
    day = col(Registration.counted_on)
    spans = (
        and_(
            col(Registration.programme) == code,
            day > latest_start(wanted.today - timedelta(days=1), months),
            day <= latest_start(wanted.horizon, months),
        )
        for code, programme in known.items()
        if (months := programme.aftercare.service_months)
    )
    return day, or_(false(), *spans), []


_CONDITIONS = {
    "assessment": _last_looked_at,
    "retention_check": _last_looked_at,
    "rectification": _rectification,
    "term": _term,
    "service": _service,
}
