"""Named reads of editions: the figures of a day, and the ledger's lines that came after an edition."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, exists, func, or_, select
from sqlmodel import Session

from services.quota.bulletins.rules import Moved
from services.quota.counting.models import LEDGER, SEEN
from services.quota.figures.queries import progress
from services.quota.figures.schemas.progress import Progress, ProgressQuery
from services.quota.quotas.models import QUOTA, REVISION, Quota
from services.quota.returns import queries as reports
from services.quota.returns.rules import SilentUnits

EVERYTHING = datetime(9999, 12, 31, tzinfo=UTC)  # whatever is in the books, also from under a clock ahead of ours


def figures_on(session: Session, day: date) -> list[Progress]:
    """Every quota as of the end of a day with what each unit contributes, in heads, as the books tell it now."""
    return progress.progress(
        session, ProgressQuery(on=day, known_at=EVERYTHING, past=True, all_known=True, by_unit=True)
    )


def not_reported(session: Session, quotas: Sequence[Quota], day: date) -> SilentUnits:
    """Codes of the units that owe a report for the month of a day and were not heard of to this moment (未报送), by
    quota.
    """
    return reports.silent(session, quotas, reports.settings(session), day.replace(day=1), EVERYTHING)


def last_line(session: Session) -> int:
    """The id of the ledger's last line, 0 for none: what a moment knows ends with it."""
    return int(session.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def came_later(session: Session, quotas: Collection[UUID], line: int, until: date) -> list[Moved]:
    """What lines after the one with id `line` changed in days up to `until`, by quota, registration, unit and day.

    Lines that take one another back are left out. Counts are differences, in heads.
    """
    late = _late(quotas, line, until).subquery()
    before = LEDGER.alias("before")
    known = exists().where(
        before.c.quota_id == late.c.quota_id,
        before.c.counted_on == late.c.counted_on,
        before.c.registration_id == late.c.registration_id,
        before.c.id <= line,
    )
    return [
        Moved(
            quota=row.quota_id,
            registration=row.registration_id,
            unit=row.unit,
            counted_on=row.counted_on,
            gross=int(row.gross),
            net=int(row.net),
            in_stock=int(row.in_stock),
            state=row.state,
            moved_on=bool(row.moved_on),
            known=bool(row.known),
            by_rule=bool(row.by_rule),
        )
        for row in session.execute(select(late, case((known, 1), else_=0).label("known")))
    ]


def _late(quotas: Collection[UUID], line: int, until: date) -> Select[*tuple[Any, ...]]:
    sums = [func.sum(LEDGER.c[name]).label(name) for name in ("gross", "net", "in_stock")]
    place = (LEDGER.c.quota_id, LEDGER.c.registration_id, LEDGER.c.unit, LEDGER.c.counted_on, SEEN.c.state)
    elsewhere = case((SEEN.c.subject_ref != LEDGER.c.subject_ref, 1), else_=0)
    by_rule = case((LEDGER.c.cause_event.is_(None), 1), else_=0)
    return (
        select(*place, *sums, func.max(elsewhere).label("moved_on"), func.max(by_rule).label("by_rule"))
        .join(SEEN, SEEN.c.registration_id == LEDGER.c.registration_id, isouter=True)
        .where(LEDGER.c.id > line, LEDGER.c.quota_id.in_(quotas), LEDGER.c.counted_on <= until)
        .group_by(*place)
        .having(or_(*(func.sum(LEDGER.c[name]) != 0 for name in ("gross", "net", "in_stock"))))
    )


def revised_since(session: Session, quotas: Collection[UUID], at: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Amounts that took the place of others after an instant, by code and generation: columns of `revision`, the
    quota's unit, and `amount_before`.
    """
    earlier = REVISION.alias("earlier")
    preceding = (earlier.c.quota_id == REVISION.c.quota_id) & (earlier.c.generation == REVISION.c.generation - 1)
    statement = (
        select(*REVISION.c, earlier.c.amount.label("amount_before"), QUOTA.c.unit)
        .join(earlier, preceding)
        .join(QUOTA, QUOTA.c.id == REVISION.c.quota_id)
        .where(REVISION.c.quota_id.in_(quotas), REVISION.c.known_at > at, earlier.c.amount != REVISION.c.amount)
        .order_by(QUOTA.c.code, REVISION.c.quota_id, REVISION.c.generation)
    )
    return list(session.execute(statement))
