"""Named reads of monthly reports."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_
from sqlmodel import Session, col

from services.quota.pace.rules.curves import month_of
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import AppliedDocument, Quota
from services.quota.returns import rules
from services.quota.returns.models import REPORT
from services.quota.returns.rules import Owing, ReportingRules, SilentUnits
from shared import clock
from shared.contracts.pace import Reporting
from shared.contracts.policy import ReportingUnit


def settings(session: Session) -> ReportingRules:
    """What the policies in force say of monthly reports; the latest of their days where there are several."""
    found = session.execute(
        select(col(AppliedDocument.pack)["reporting"], col(AppliedDocument.pack)["reporting_units"])
    ).all()
    reporting = [Reporting.model_validate(said or {}) for said, _ in found] or [Reporting()]
    units = [ReportingUnit.model_validate(unit) for _, listed in found for unit in listed]
    return ReportingRules(
        due_day=max(each.due_day for each in reporting),
        duties={duty.programme: frozenset(duty.units) for each in reporting for duty in each.duties},
        units={unit.code: (unit.valid_from, unit.valid_to) for unit in units},
    )


def silent(
    session: Session, quotas: Sequence[Quota], settings: ReportingRules, month: date, known_at: datetime
) -> SilentUnits:
    """Codes of the units that owe a report on some quotas for a month and were not heard of by an instant (未报送), by
    quota.
    """
    owing = list(_owing(quotas, settings))
    if not owing:
        return {}
    statement = select(REPORT.c.programme, REPORT.c.unit).where(REPORT.c.month == month_of(month))
    heard = {(programme, unit) for programme, unit in session.execute(statement.where(REPORT.c.said_at <= known_at))}
    return rules.silent(owing, month, heard, settings)


def first_months(session: Session) -> dict[str, str]:
    """The first month (YYYY-MM) in which each unit was heard of on anything, by a nil return too."""
    statement = select(REPORT.c.unit, func.min(REPORT.c.month).label("first")).group_by(REPORT.c.unit)
    return {row.unit: row.first for row in session.execute(statement)}


def nil_returns(
    session: Session, month: str | None, programme: str | None, after: list[Any] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most `limit` nil returns (零报告), by month, programme and unit, after a cursor. Raises InvalidBody for the
    cursor of another list.
    """
    key = REPORT.c.month, REPORT.c.programme, REPORT.c.unit
    statement = select(REPORT).where(REPORT.c.nil).order_by(*key).limit(limit)
    if month is not None:
        statement = statement.where(REPORT.c.month == month)
    if programme is not None:
        statement = statement.where(REPORT.c.programme == programme)
    if last := quotas_.place(after, quotas_.code, quotas_.code, quotas_.code):
        statement = statement.where(tuple_(*key) > tuple_(*last))
    return session.execute(statement).all()


def _owing(quotas: Iterable[Quota], settings: ReportingRules) -> Iterable[Owing]:
    for quota in quotas:
        units: Collection[str] = settings.duties.get(quota.programme, ()) if quota.unit is None else (quota.unit,)
        if units and quota.amount:
            yield Owing(
                quota_id=quota.id,
                programmes=tuple(quota.programmes),
                units=tuple(sorted(units)),
                starts_on=quota.starts_on,
                ends_on=quota.ends_on,
                defined_on=clock.business_date(quota.defined_at),
            )
