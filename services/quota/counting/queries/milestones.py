"""Named reads of milestones."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select
from sqlmodel import Session, col

from services.quota.counting.models import CROSSING, LEDGER, MILESTONE, SEEN, Milestone
from services.quota.counting.rules.heads import figure_of
from services.quota.counting.rules.milestones import Mark, MilestoneStanding, MilestoneState, Passed
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import QUOTA, REVISION, Quota, Revision


def current(session: Session, quotas: Iterable[UUID]) -> Sequence[Milestone]:
    """The milestones of some quotas under their present amounts (generations), by percent."""
    held = col(Milestone.quota_id) == col(Quota.id), col(Milestone.generation) == col(Quota.generation)
    return (
        session.execute(
            select(Milestone)
            .join(Quota, held[0] & held[1])
            .where(col(Quota.id).in_(list(quotas)))
            .order_by(col(Milestone.percent))
        )
        .scalars()
        .all()
    )


def marks(session: Session, quotas: Iterable[UUID]) -> dict[tuple[UUID, int], Mark]:
    """Where the milestones of some quotas stand under their present amounts, by quota and percent, for counting."""
    return {
        (row.quota_id, row.percent): Mark(
            MilestoneState(row.state), MilestoneState(row.announced) if row.announced else None, row.episode
        )
        for row in current(session, quotas)
    }


Reached = tuple[datetime, UUID]  # since when it is known that a milestone is reached, and by which registration
Key = tuple[UUID, int, int]  # a quota, a generation of its amount, a percentage


def reached(session: Session, keys: Collection[Key]) -> dict[Key, Reached]:
    """Who reached some milestones last, and since when that is known, as far as that is kept."""
    chosen = or_(false(), *(_is_of(key) for key in keys))
    rows = session.execute(select(MILESTONE).where(chosen)).all() if keys else ()
    return {
        (row.quota_id, row.generation, row.percent): (row.detected_at, row.registration_id)
        for row in rows
        if row.detected_at and row.registration_id
    }


def _is_of(key: Key) -> ColumnElement[bool]:
    columns = (MILESTONE.c.quota_id, MILESTONE.c.generation, MILESTONE.c.percent)
    return and_(*(column == value for column, value in zip(columns, key, strict=True)))


def taken_away(session: Session, quota: Quota, fallen: Passed, since: Reached, states: Collection[str]) -> int:
    """How many registrations that stand in one of these states now were taken from a quota's headcount, from where a
    milestone was last reached to where it fell back, in the order of the ledger.
    """
    figure = LEDGER.c[figure_of(quota.measure)]
    of_quota = LEDGER.c.quota_id == quota.id

    def line(known_at: datetime, registration_id: UUID) -> ColumnElement[int]:
        same = LEDGER.c.known_at == known_at, LEDGER.c.registration_id == registration_id
        return select(func.max(LEDGER.c.id)).where(of_quota, *same).scalar_subquery()

    known_then = select(func.max(LEDGER.c.id)).where(of_quota, LEDGER.c.known_at <= since[0]).scalar_subquery()
    first = func.coalesce(line(*since), known_then, 0)
    between = LEDGER.c.id > first, LEDGER.c.id <= line(fallen.known_at, fallen.registration_id)
    lost = (
        select(LEDGER.c.registration_id)
        .join(SEEN, SEEN.c.registration_id == LEDGER.c.registration_id)
        .where(of_quota, *between, SEEN.c.state.in_(states))
        .group_by(LEDGER.c.registration_id)
        .having(func.sum(figure) < 0)
        .subquery()
    )
    count: int = session.execute(select(func.count()).select_from(lost)).scalar_one()
    return count


def standings(session: Session, quotas: Collection[UUID]) -> dict[UUID, list[MilestoneStanding]]:
    """The milestones of some quotas by percent, as they stand; every quota has a list."""
    found: dict[UUID, list[MilestoneStanding]] = {quota: [] for quota in quotas}
    for row in current(session, quotas):
        found[row.quota_id].append(
            MilestoneStanding(row.percent, MilestoneState(row.state), row.reached_on, row.detected_at)
        )
    return found


def standings_then(
    session: Session, quotas: Collection[UUID], on: date, known_at: datetime
) -> dict[UUID, list[MilestoneStanding]]:
    """The milestones of some quotas by percent, as they had been announced by an instant; none reached after
    the day.
    """
    known = {
        quota: [each for each in revisions if each.generation == 1 or each.known_at <= known_at][-1]
        for quota, revisions in quotas_.revisions(session, quotas).items()
    }
    stood: dict[UUID, dict[int, MilestoneStanding]] = {quota: {} for quota in quotas}
    for quota_id, generation, percent in session.execute(
        select(MILESTONE.c.quota_id, MILESTONE.c.generation, MILESTONE.c.percent)
        .where(MILESTONE.c.quota_id.in_(list(quotas)))
        .order_by(MILESTONE.c.percent)
    ):
        if generation == known[quota_id].generation:
            stood[quota_id][percent] = MilestoneStanding(percent, MilestoneState.PENDING)
    for quota_id, revision in known.items():
        stood[quota_id] |= _found_held(revision, known_at)
    for row in session.execute(
        select(CROSSING)
        .where(CROSSING.c.quota_id.in_(list(quotas)), CROSSING.c.detected_at <= known_at)
        .order_by(CROSSING.c.id)
    ):
        if row.generation == known[row.quota_id].generation:
            stood[row.quota_id][row.percent] = _after(stood[row.quota_id][row.percent], row)
    return {
        quota: [
            MilestoneStanding(each.percent, MilestoneState.PENDING) if _later(each, on) else each
            for each in by_percent.values()
        ]
        for quota, by_percent in stood.items()
    }


def _found_held(revision: Revision, known_at: datetime) -> dict[int, MilestoneStanding]:
    if revision.known_at > known_at:
        return {}
    return {
        each["percent"]: MilestoneStanding(
            each["percent"], MilestoneState.REACHED, date.fromisoformat(each["reached_on"]), revision.known_at
        )
        for each in revision.rebased
    }


def _after(before: MilestoneStanding, crossing: Row[*tuple[Any, ...]]) -> MilestoneStanding:
    if crossing.kind == MilestoneState.FALLEN_BACK:
        return before._replace(state=MilestoneState.FALLEN_BACK)
    return MilestoneStanding(crossing.percent, MilestoneState(crossing.kind), crossing.counted_on, crossing.detected_at)


def _later(standing: MilestoneStanding, on: date) -> bool:
    return standing.reached_on is not None and standing.reached_on > on


def crossings(
    session: Session, since: datetime | None, programme: str | None, after: list[Any] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most `limit` crossings (节点达成、回落、恢复), oldest first: each with its quota and the amount it was
    measured by.

    From an instant on, of one programme, after a cursor, where given. Raises InvalidBody for the cursor of another
    list.
    """
    shown = (QUOTA.c.code, QUOTA.c.programme, QUOTA.c.unit, QUOTA.c.label.label("period_label"), REVISION.c.amount)
    under = (REVISION.c.quota_id == CROSSING.c.quota_id) & (REVISION.c.generation == CROSSING.c.generation)
    statement = (
        select(*CROSSING.c, *shown)
        .join(QUOTA, QUOTA.c.id == CROSSING.c.quota_id)
        .join(REVISION, under)
        .order_by(CROSSING.c.id)
        .limit(limit)
    )
    if last := quotas_.place(after, quotas_.number):
        statement = statement.where(CROSSING.c.id > last[0])
    if since is not None:
        statement = statement.where(CROSSING.c.detected_at >= since)
    if programme is not None:
        statement = statement.where(QUOTA.c.programme == programme)
    return session.execute(statement).all()
