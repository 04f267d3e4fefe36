"""Named reads behind the figures."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, distinct, func, select, true, tuple_
from sqlmodel import Session

from services.quota.counting.models import LEDGER, MEMBERSHIP, MILESTONE, SEEN
from services.quota.counting.queries import sums
from services.quota.counting.queries.headcounts import SEEN_AS, behind
from services.quota.counting.rules.heads import Counts, Seen, figure_of
from services.quota.counting.rules.spans import month
from services.quota.figures.rules import Learnt
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Measure
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Caller, Role
from shared.contracts.registration import STANDING

Record = Row[*tuple[Any, ...]]
IN_ORDER = ("counted_on", "registration_id")  # counting order, in which the database finds them
OF_A_HEAD = ("registration_id", "subject_ref", "unit", "counted_on")
SEE_EVERYTHING = (Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR)


class AsOf(NamedTuple):
    """Up to which day figures count, and until which instant they are known; None where that is all there is."""

    as_of: date | None
    known_at: datetime | None


def behind_the_number(
    session: Session, quota: Quota, caller: Caller, moment: AsOf, after: list[Any] | None, limit: int
) -> Sequence[Record]:
    """At most `limit` records a caller may see behind a quota's figure (明细), in counting order; ordinals are the
    city's.

    A page goes on from the last record of the one before it, and its ordinal: what lies before is not read again.
    Raises InvalidBody for the cursor of another list.
    """
    statement = _counting(quota, moment, quotas_.place(after, quotas_.number, date.fromisoformat, UUID))
    if caller.role not in SEE_EVERYTHING:
        counting = statement.subquery()
        own = _may_see(counting, caller)
        if caller.role == Role.DISTRICT_OFFICER:
            units = _reports_for(session, caller.reporting_unit or "", moment.as_of or clock.today())
            own = counting.c.subject_ref.in_(_there(quota, units, moment))
        statement = select(*counting.c).where(own)
    order = [statement.selected_columns[name] for name in IN_ORDER]
    return session.execute(statement.order_by(*order).limit(limit)).all()


def place_of(row: Record) -> list[Any]:
    """What the cursor of the next page holds: ordinal, date and registration."""
    return [row.ordinal, row.counted_on, row.registration_id]


def seen(session: Session, registration_id: UUID, caller: Caller) -> Seen | None:
    """A registration as it was heard of last, if a caller may see it: a unit also those it recognised (认定单位)."""
    row = session.execute(select(*SEEN_AS).where(SEEN.c.registration_id == registration_id)).one_or_none()
    one = Seen(*row) if row else None
    if one and caller.role in OF_AN_INSTITUTION:
        return one if one.institution_id == caller.institution_id else None
    if one and caller.role == Role.DISTRICT_OFFICER:
        units = _reports_for(session, caller.reporting_unit or "", clock.today())
        return one if one.reporting_unit in units or one.recognised_in in units else None
    return one


def of_subject(session: Session, subject: UUID) -> list[Seen]:
    """Every registration of a subject, as heard of last."""
    return [Seen(*row) for row in session.execute(select(*SEEN_AS).where(SEEN.c.subject_ref == subject))]


def that_crossed(session: Session, quota: Quota, percent: int, caller: Caller) -> Sequence[Record]:
    """The one record that reached a milestone last, if a caller may see it; its ordinal is the headcount it made."""
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


def months(session: Session, quota: Quota, known_at: datetime | None) -> Iterator[Learnt]:
    """What was learnt in each month of each month (201907), in heads."""
    rows = sums.by_month(session, quota.id, [sums.WHOLE], known_at)
    return ((known_in, counted_in, counts) for _, known_in, counted_in, counts in rows)


def months_of_unit(session: Session, quota: Quota, unit: str, on: date, known_at: datetime | None) -> Iterator[Learnt]:
    """The same of one unit; what it took over from one that ended comes to it in the month it did (区划调整)."""
    since = _reports_for(session, unit, on)
    for where, known_in, counted_in, counts in sums.by_month(session, quota.id, since, known_at):
        yield known_in, max(counted_in, month(since[where])), counts


def comparable(session: Session, quota: Quota, unit: str, on: date, known_at: datetime | None) -> Iterator[Learnt]:
    """What each month changed of those credited to a unit on the boundaries of a day (可比口径), whoever had them."""
    figures = [func.sum(LEDGER.c[name]) for name in Counts._fields]
    here = _there(quota, _reports_for(session, unit, on), AsOf(on, known_at), "net")
    lines = select(LEDGER.c.counted_on, *figures).where(*_lines(quota, AsOf(None, known_at)))
    lines = lines.where(LEDGER.c.subject_ref.in_(here)).group_by(LEDGER.c.counted_on)
    for day, *counts in session.execute(lines):
        yield month(day), month(day), Counts(*map(int, counts))


def overlaps(session: Session) -> Sequence[Record]:
    """Of every two programmes, how many subjects count in both; of each with itself, its subjects (重叠矩阵)."""
    one, other = _subjects().subquery("one"), _subjects().subquery("other")
    return session.execute(
        select(one.c.programme, other.c.programme.label("other"), func.count().label("subjects"))
        .join(other, one.c.subject_ref == other.c.subject_ref)
        .group_by(one.c.programme, other.c.programme)
        .order_by(one.c.programme, other.c.programme)
    ).all()


def distinct_subjects(session: Session) -> dict[str, int]:
    """How many subjects count anywhere, each once, by kind (person, organisation, post)."""
    statement = select(SEEN.c.subject_kind, func.count(distinct(SEEN.c.subject_ref))).where(_counts())
    return {kind: int(count) for kind, count in session.execute(statement.group_by(SEEN.c.subject_kind))}


def _counting(quota: Quota, moment: AsOf, last: tuple[Any, ...] | None) -> Select[*tuple[Any, ...]]:
    heads = (_now(quota, moment.as_of) if moment.known_at is None else _then(quota, moment)).subquery("heads")
    order = [heads.c[name] for name in IN_ORDER]
    before = last[0] if last else 0
    own = select(SEEN.c.institution_id).where(SEEN.c.registration_id == heads.c.registration_id)
    institution = own.scalar_subquery()  # asked of each record that is shown; a join would be made of all of them
    ordinal = (func.row_number().over(order_by=order) + before).label("ordinal")
    statement = select(*heads.c, institution.label("institution_id"), ordinal)
    return statement if last is None else statement.where(tuple_(*order) > tuple_(*last[1:]))


def _now(quota: Quota, as_of: date | None) -> Select[*tuple[Any, ...]]:
    """The heads behind a figure by everything known: now, or as of a day."""
    there = behind(quota.measure)
    if as_of is not None:
        there = MEMBERSHIP.c.net
        if quota.measure == Measure.IN_STOCK:
            there = MEMBERSHIP.c.in_stock | (MEMBERSHIP.c.ended_on > as_of)
        there = there & (MEMBERSHIP.c.counted_on <= as_of)
    return select(*(MEMBERSHIP.c[name] for name in OF_A_HEAD)).where(MEMBERSHIP.c.quota_id == quota.id, there)


def _then(quota: Quota, moment: AsOf) -> Select[*tuple[Any, ...]]:
    """The heads behind a figure as it was known at an instant, by the ledger: whoever its lines leave one of.

    Each counts from the first day that its lines leave, and is the registration that its last line names.
    """
    place = LEDGER.c.subject_ref, LEDGER.c.unit, LEDGER.c.counted_on
    left = func.sum(LEDGER.c[figure_of(quota.measure)])
    lines = select(*place, left.label("left"), func.max(LEDGER.c.id).label("line")).where(*_lines(quota, moment))
    cells = lines.group_by(*place).having(left != 0).cte("cells")
    since, last = func.min(cells.c.counted_on).label("since"), func.max(cells.c.line).label("line")
    subjects = select(cells.c.subject_ref, since, last).group_by(cells.c.subject_ref)
    heads = subjects.having(func.sum(cells.c.left) > 0).subquery("standing")
    first = and_(cells.c.subject_ref == heads.c.subject_ref, cells.c.counted_on == heads.c.since, cells.c.left > 0)
    shown = LEDGER.c.registration_id, cells.c.subject_ref, cells.c.unit, cells.c.counted_on
    return select(*shown).select_from(heads.join(cells, first).join(LEDGER, LEDGER.c.id == heads.c.line))


def _reports_for(session: Session, unit: str, on: date) -> dict[str, date]:
    """The units whose figures one unit has on a day, since when: itself, and those that ended in it."""
    followed = quotas_.units_followed(session, on)
    return {unit: date.min} | {old: follows.since for old, follows in followed.items() if follows.unit == unit}


def _there(quota: Quota, units: Collection[str], moment: AsOf, figure: str | None = None) -> Select[*tuple[Any, ...]]:
    """The subjects that stand behind the figure of some units, by the same lines as the figure."""
    lines = select(LEDGER.c.subject_ref).where(*_lines(quota, moment), LEDGER.c.unit.in_(units))
    return lines.group_by(LEDGER.c.subject_ref).having(func.sum(LEDGER.c[figure or figure_of(quota.measure)]) > 0)


def _lines(quota: Quota, moment: AsOf) -> Iterator[ColumnElement[bool]]:
    yield LEDGER.c.quota_id == quota.id
    if moment.as_of is not None:
        yield LEDGER.c.counted_on <= moment.as_of
    if moment.known_at is not None:
        yield LEDGER.c.known_at <= moment.known_at


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
    return SEEN.c.state.in_(STANDING) & SEEN.c.counted_on.is_not(None)
