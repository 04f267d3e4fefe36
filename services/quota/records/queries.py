"""Named reads behind the figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, distinct, func, select, true, tuple_
from sqlmodel import Session

from services.quota.headcounts.models import MEMBERSHIP, SEEN
from services.quota.headcounts.queries import SEEN_AS, behind
from services.quota.heads.rules import NET_STATES, Seen
from services.quota.milestones.models import MILESTONE
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Measure
from shared.auth import OF_AN_INSTITUTION, Caller, Role

Record = Row[*tuple[Any, ...]]


def behind_the_number(
    session: Session, quota: Quota, caller: Caller, as_of: date | None, after: list[Any] | None, limit: int
) -> Sequence[Record]:
    """The records a caller may see behind a quota's figure, in counting order; ordinals are the city's.

    A page goes on from the last record of the one before it, and its ordinal: what lies before is not read again.
    """
    last = quotas_.place(after, quotas_.number, date.fromisoformat, UUID)
    counting = _counting(quota, as_of, last).subquery()
    statement = select(counting).where(_may_see(counting, caller)).order_by(counting.c.ordinal).limit(limit)
    return session.execute(statement).all()


def place_of(row: Record) -> list[Any]:
    """Where a page ends."""
    return [row.ordinal, row.counted_on, row.registration_id]


def seen(session: Session, registration_id: UUID, caller: Caller) -> Seen | None:
    """A registration as it was heard of last, if a caller may see it."""
    found = select(*SEEN_AS, SEEN.c.reporting_unit.label("unit")).where(SEEN.c.registration_id == registration_id)
    mine = found.subquery()
    row = session.execute(select(*(mine.c[name] for name in Seen._fields)).where(_may_see(mine, caller))).one_or_none()
    return None if row is None else Seen(*row)


def of_subject(session: Session, subject: UUID) -> list[Seen]:
    """Every registration of a subject."""
    return [Seen(*row) for row in session.execute(select(*SEEN_AS).where(SEEN.c.subject_ref == subject))]


def that_crossed(session: Session, quota: Quota, percent: int, caller: Caller) -> Sequence[Record]:
    """The record that reached a milestone last, if a caller may see it; its ordinal is the headcount it made."""
    statement = (
        select(
            MILESTONE.c.registration_id,
            SEEN.c.subject_ref,
            SEEN.c.reporting_unit.label("unit"),
            SEEN.c.institution_id,
            MILESTONE.c.reached_on.label("counted_on"),
            MILESTONE.c.value.label("ordinal"),
        )
        .join(SEEN, SEEN.c.registration_id == MILESTONE.c.registration_id)
        .where(MILESTONE.c.quota_id == quota.id, MILESTONE.c.generation == quota.generation)
        .where(MILESTONE.c.percent == percent)
    )
    found = statement.subquery()
    return session.execute(select(found).where(_may_see(found, caller))).all()


def overlaps(session: Session) -> Sequence[Record]:
    """Of every two programmes, the subjects that count in both; of each with itself, its subjects."""
    one, other = _subjects().subquery("one"), _subjects().subquery("other")
    return session.execute(
        select(one.c.programme, other.c.programme.label("other"), func.count().label("subjects"))
        .join(other, one.c.subject_ref == other.c.subject_ref)
        .group_by(one.c.programme, other.c.programme)
        .order_by(one.c.programme, other.c.programme)
    ).all()


def distinct_subjects(session: Session) -> dict[str, int]:
    """Subjects that count anywhere, each once, by kind."""
    statement = select(SEEN.c.subject_kind, func.count(distinct(SEEN.c.subject_ref))).where(_counts())
    return {kind: int(count) for kind, count in session.execute(statement.group_by(SEEN.c.subject_kind))}


def _counting(quota: Quota, as_of: date | None, last: tuple[Any, ...] | None) -> Select[*tuple[Any, ...]]:
    order = (MEMBERSHIP.c.counted_on, MEMBERSHIP.c.registration_id)
    before = last[0] if last else 0
    statement = (
        select(
            MEMBERSHIP.c.registration_id,
            MEMBERSHIP.c.subject_ref,
            MEMBERSHIP.c.unit,
            SEEN.c.institution_id,
            MEMBERSHIP.c.counted_on,
            (func.row_number().over(order_by=order) + before).label("ordinal"),
        )
        .join(SEEN, SEEN.c.registration_id == MEMBERSHIP.c.registration_id)
        .where(MEMBERSHIP.c.quota_id == quota.id)
    )
    if last is not None:
        statement = statement.where(tuple_(*order) > tuple_(*last[1:]))
    if as_of is None:
        return statement.where(behind(quota.measure))
    statement = statement.where(MEMBERSHIP.c.net, MEMBERSHIP.c.counted_on <= as_of)
    if quota.measure == Measure.IN_STOCK:
        statement = statement.where(MEMBERSHIP.c.ended_on.is_(None) | (MEMBERSHIP.c.ended_on > as_of))
    return statement


def _may_see(counting: Subquery, caller: Caller) -> ColumnElement[bool]:
    own: ColumnElement[bool] = true()
    if caller.role in OF_AN_INSTITUTION:
        own = counting.c.institution_id == caller.institution_id
    elif caller.role == Role.DISTRICT_OFFICER:
        own = counting.c.unit == caller.reporting_unit
    return own


def _subjects() -> Select[*tuple[Any, ...]]:
    return select(SEEN.c.subject_ref, SEEN.c.programme).where(_counts()).distinct()


def _counts() -> ColumnElement[bool]:
    return SEEN.c.state.in_(sorted(NET_STATES)) & SEEN.c.counted_on.is_not(None)
