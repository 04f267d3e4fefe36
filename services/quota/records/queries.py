"""Named reads behind the figures."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, distinct, func, select, true
from sqlmodel import Session

from services.quota.headcounts.models import LEDGER, MEMBERSHIP, SEEN
from services.quota.headcounts.queries import behind
from services.quota.heads.rules import NET_STATES, Counts
from services.quota.milestones.models import MILESTONE
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Measure
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Caller, Role

Record = Row[*tuple[Any, ...]]


def behind_the_number(
    session: Session, quota: Quota, caller: Caller, as_of: date | None, after: list[Any] | None, limit: int
) -> Sequence[Record]:
    """The records a caller may see behind a quota's figure, in counting order; ordinals are the city's."""
    counting = _counting(quota, as_of).subquery()
    own = _may_see(counting, caller)
    if caller.role == Role.DISTRICT_OFFICER:
        units = _reports_for(session, caller.reporting_unit or "", as_of or clock.today())
        own = counting.c.subject_ref.in_(_there(quota, units, as_of))
    statement = select(counting).where(own).order_by(counting.c.ordinal).limit(limit)
    if last := quotas_.place(after, quotas_.number):
        statement = statement.where(counting.c.ordinal > last[0])
    return session.execute(statement).all()


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


def by_day(session: Session, quota: Quota) -> Sequence[Record]:
    """What each day changed, in order of days: one row per day on which anything did."""
    sums = [func.sum(LEDGER.c[name]).label(name) for name in ("gross", "net", "in_stock")]
    statement = select(LEDGER.c.counted_on, *sums).where(LEDGER.c.quota_id == quota.id)
    return session.execute(statement.group_by(LEDGER.c.counted_on).order_by(LEDGER.c.counted_on)).all()


def by_day_of_unit(session: Session, quota: Quota, unit: str, on: date) -> list[tuple[date, Counts]]:
    """The same of one unit; what it took over from one that ended comes to it on the day it did (区划调整)."""
    since = _reports_for(session, unit, on)
    sums = [func.sum(LEDGER.c[name]) for name in Counts._fields]
    lines = select(LEDGER.c.unit, LEDGER.c.counted_on, *sums).where(LEDGER.c.quota_id == quota.id)
    rows = session.execute(lines.where(LEDGER.c.unit.in_(since)).group_by(LEDGER.c.unit, LEDGER.c.counted_on))
    return [(max(day, since[where]), Counts(*map(int, counts))) for where, day, *counts in rows]


def comparable(session: Session, quota: Quota, unit: str, on: date) -> list[tuple[date, Counts]]:
    """What each day changed of those credited to a unit on the boundaries of a day (可比口径), whoever had them."""
    sums = [func.sum(LEDGER.c[name]) for name in Counts._fields]
    here = _there(quota, _reports_for(session, unit, on), on, "net")
    lines = select(LEDGER.c.counted_on, *sums).where(LEDGER.c.quota_id == quota.id, LEDGER.c.subject_ref.in_(here))
    rows = session.execute(lines.group_by(LEDGER.c.counted_on))
    return [(day, Counts(*map(int, counts))) for day, *counts in rows]


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


def _counting(quota: Quota, as_of: date | None) -> Select[*tuple[Any, ...]]:
    order = (MEMBERSHIP.c.counted_on, MEMBERSHIP.c.registration_id)
    statement = (
        select(
            MEMBERSHIP.c.registration_id,
            MEMBERSHIP.c.subject_ref,
            MEMBERSHIP.c.unit,
            SEEN.c.institution_id,
            MEMBERSHIP.c.counted_on,
            func.row_number().over(order_by=order).label("ordinal"),
        )
        .join(SEEN, SEEN.c.registration_id == MEMBERSHIP.c.registration_id)
        .where(MEMBERSHIP.c.quota_id == quota.id)
    )
    if as_of is None:
        return statement.where(behind(quota.measure))
    there: ColumnElement[bool] = MEMBERSHIP.c.net
    if quota.measure == Measure.IN_STOCK:
        there = MEMBERSHIP.c.in_stock | (MEMBERSHIP.c.ended_on > as_of)
    return statement.where(there, MEMBERSHIP.c.counted_on <= as_of)


def _reports_for(session: Session, unit: str, on: date) -> dict[str, date]:
    """The units whose figures one unit has on a day, since when: itself, and those that ended in it."""
    followed = quotas_.units_followed(session, on)
    return {unit: date.min} | {old: follows.since for old, follows in followed.items() if follows.unit == unit}


def _there(
    quota: Quota, units: Collection[str], as_of: date | None, figure: str | None = None
) -> Select[*tuple[Any, ...]]:
    """The subjects that stand behind the figure of some units, by the same lines as the figure."""
    column = LEDGER.c[figure or ("in_stock" if quota.measure == Measure.IN_STOCK else "net")]
    lines = select(LEDGER.c.subject_ref).where(LEDGER.c.quota_id == quota.id, LEDGER.c.unit.in_(units))
    if as_of is not None:
        lines = lines.where(LEDGER.c.counted_on <= as_of)
    return lines.group_by(LEDGER.c.subject_ref).having(func.sum(column) > 0)


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
