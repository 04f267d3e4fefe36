"""Sums (合计): the ledger added up by day and by month of both clocks, so that no figure costs more as it grows.

A figure of the past is what was ever learnt of the months and days up to its date, less what was learnt after its
instant: in whole months, in days of that month, and in the lines of that very day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Session

from services.quota.counting.models import HEADCOUNT, LEDGER, SUM
from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.counting.rules.spans import EVER, LAST_MONTH, PER_EVER, PER_MONTH, Stretch, after, month, through
from shared import clock

KEY = ("quota_id", "unit", "known_in", "counted_in")
OF_COUNTS = Counts._fields
WHOLE = ""  # the unit that stands for the whole quota
ALWAYS = (EVER, EVER)
MONTHS = (EVER + 1, LAST_MONTH)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)  # known by then is known; a day later calendars end

Figures = dict[tuple[UUID, str], Counts]


def newest_line(session: Session) -> int:
    """The id of the ledger's last line so far, 0 for none."""
    return int(session.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def due(lines: FromClause, chosen: ColumnElement[bool]) -> CompoundSelect[Any]:
    """What some lines of the ledger add up to, in every cell they belong to: each span from the next smaller one."""
    place, days = [lines.c.quota_id, lines.c.unit], [lines.c.known_on, lines.c.counted_on]
    spans = [_span(day).label(name) for day, name in zip(days, ("known_in", "counted_in"), strict=True)]
    by_days = select(*place, *spans, *_whole_numbers(lines)).where(chosen).group_by(*place, *days).cte("by_days")
    by_day = _wider(by_days, "by_day", counted=PER_MONTH)
    known_in_months = _wider(by_days, "known_in_months", known=PER_MONTH)
    by_months = _wider(known_in_months, "by_months", counted=PER_MONTH)
    known_ever = _wider(known_in_months, "known_ever", known=PER_EVER)
    in_months = _wider(known_ever, "in_months", counted=PER_MONTH)
    every = by_days, by_day, known_in_months, by_months, known_ever, in_months
    units = union_all(*(select(*each.c) for each in every)).cte("units")
    key = [units.c.quota_id, units.c.known_in, units.c.counted_in]
    whole = select(key[0], literal(WHOLE), *key[1:], *_whole_numbers(units)).group_by(*key)
    return union_all(select(*units.c), whole)


def lacking() -> Select[Any]:
    """What the sums lack, cell by cell, to be what the ledger adds up to."""
    right = due(LEDGER, true()).subquery("due")
    both = right.join(SUM, and_(*(right.c[name] == SUM.c[name] for name in KEY)), full=True)
    key = [func.coalesce(right.c[name], SUM.c[name]).label(name) for name in KEY]
    counts = [(func.coalesce(right.c[name], 0), func.coalesce(SUM.c[name], 0)) for name in OF_COUNTS]
    missing = [(is_due - held).label(name) for name, (is_due, held) in zip(OF_COUNTS, counts, strict=True)]
    return select(*key, *missing).select_from(both).where(or_(*(is_due != held for is_due, held in counts)))


def figures(
    session: Session, quotas: Collection[UUID], units: Collection[str] | None, on: date, known_at: datetime | None
) -> Figures:
    """The figures of quotas in heads as of a date, by quota and unit ('' the whole), as known at an instant or by
    everything known (None).

    Units are those given, all for None.
    """
    places = [WHOLE, *(_units(session, quotas) if units is None else units)]
    each = SUM.c.quota_id, SUM.c.unit
    mine = SUM.c.quota_id.in_(list(quotas)), SUM.c.unit.in_(places)
    until = None if known_at is None else min(known_at, LATEST)
    found: Figures = defaultdict(lambda: NOTHING)
    for quota, unit, *counts in session.execute(union_all(*_as_known(each, mine, through(on), until))):
        found[quota, unit] = found[quota, unit].plus(Counts(*map(int, counts)))
    for quota, unit, counted_on, later in _later_that_day(session, quotas, until) if until else ():
        for place in {WHOLE, unit}.intersection(places) if counted_on <= on else ():
            found[quota, place] = found[quota, place].minus(later)
    return found


def of_months(
    session: Session, quotas: Collection[UUID], since: date, until: date, known_at: datetime
) -> dict[tuple[UUID, int], Counts]:
    """What each month from one day's to another's brought to quotas as a whole, by quota and month (201907), in heads,
    as known at an instant.
    """
    known_at = min(known_at, LATEST)
    each = SUM.c.quota_id, SUM.c.counted_in
    mine = SUM.c.quota_id.in_(list(quotas)), SUM.c.unit == WHOLE
    months = month(since), month(until)
    found: dict[tuple[UUID, int], Counts] = defaultdict(lambda: NOTHING)
    for quota, in_month, *counts in session.execute(union_all(*_as_known(each, mine, [months], known_at))):
        found[quota, in_month] = found[quota, in_month].plus(Counts(*map(int, counts)))
    for quota, _, counted_on, later in _later_that_day(session, quotas, known_at):
        if months[0] <= month(counted_on) <= months[1]:
            found[quota, month(counted_on)] = found[quota, month(counted_on)].minus(later)
    return found


def by_month(
    session: Session, quota: UUID, units: Collection[str], known_at: datetime | None
) -> Iterator[tuple[str, int, int, Counts]]:
    """What was learnt in each month (201907) of each month, by unit: (unit, known in, counted in, heads), all of it or
    until an instant.
    """
    until = LATEST if known_at is None else min(known_at, LATEST)
    months, days = through(clock.business_date(until))
    mine = SUM.c.quota_id == quota, SUM.c.unit.in_(list(units)), _within(SUM.c.counted_in, MONTHS)
    begun = (SUM.c.known_in // PER_MONTH).label("known_in")
    each = [[SUM.c.unit, known_in, SUM.c.counted_in] for known_in in (SUM.c.known_in, begun)]
    whole = select(*each[0], *(SUM.c[name] for name in OF_COUNTS)).where(*mine, _within(SUM.c.known_in, months))
    last = select(*each[1], *_total(1)).where(*mine, _within(SUM.c.known_in, days)).group_by(*each[1])
    for unit, known_in, counted_in, *counts in session.execute(union_all(whole, last)):
        yield unit, known_in, counted_in, Counts._make(counts)
    for _, unit, counted_on, later in _later_that_day(session, [quota], until) if known_at else ():
        for place in {WHOLE, unit}.intersection(units):
            yield place, month(clock.business_date(until)), month(counted_on), NOTHING.minus(later)


def _wider(cells: CTE, name: str, known: int = 1, counted: int = 1) -> CTE:
    """Cells of a kind in wider spans."""
    spans = [(cells.c.known_in // known).label("known_in"), (cells.c.counted_in // counted).label("counted_in")]
    key = [cells.c.quota_id, cells.c.unit, *spans]
    return select(*key, *_whole_numbers(cells)).group_by(*key).cte(name)


def _whole_numbers(cells: FromClause) -> list[ColumnElement[int]]:
    """Sums as they are stored: PostgreSQL makes of sums of sums numbers that are slow to add."""
    return [cast(func.sum(cells.c[name]), Integer).label(name) for name in OF_COUNTS]


def _units(session: Session, quotas: Collection[UUID]) -> Sequence[str]:
    statement = select(HEADCOUNT.c.unit).where(HEADCOUNT.c.quota_id.in_(list(quotas)), HEADCOUNT.c.unit != WHOLE)
    return session.execute(statement.distinct()).scalars().all()


def _as_known(
    each: Sequence[ColumnElement[Any]],
    mine: Sequence[ColumnElement[bool]],
    counted: Sequence[Stretch],
    known_at: datetime | None,
) -> Iterator[Select[Any]]:
    """What was ever learnt of some days, and less what was learnt after the day of an instant."""
    later = after(clock.business_date(known_at)) if known_at else ()
    for sign, learnt in ((1, ALWAYS), *((-1, stretch) for stretch in later)):
        for stretch in counted:
            within = _within(SUM.c.known_in, learnt), _within(SUM.c.counted_in, stretch)
            yield select(*each, *_total(sign)).where(*mine, *within).group_by(*each)


def _within(spans: ColumnElement[int], stretch: Stretch) -> ColumnElement[bool]:
    """One span is asked for as such: of a stretch PostgreSQL thinks it is many, and reads all there are."""
    first, last = stretch
    return spans == first if first == last else spans.between(first, last)


def _later_that_day(
    session: Session, quotas: Collection[UUID], known_at: datetime
) -> Iterator[tuple[UUID, str, date, Counts]]:
    """What was learnt after an instant on its day, by quota, unit and the day it counts from."""
    next_day = clock.first_instant(clock.business_date(known_at) + timedelta(1))
    each = LEDGER.c.quota_id, LEDGER.c.unit, LEDGER.c.counted_on
    mine = LEDGER.c.quota_id.in_(list(quotas)), LEDGER.c.known_at > known_at, LEDGER.c.known_at < next_day
    totals = [func.sum(LEDGER.c[name]) for name in OF_COUNTS]
    for quota, unit, counted_on, *counts in session.execute(select(*each, *totals).where(*mine).group_by(*each)):
        yield quota, unit, counted_on, Counts(*map(int, counts))


def _total(sign: int) -> list[ColumnElement[int]]:
    return [(func.sum(SUM.c[name]) * sign).label(name) for name in OF_COUNTS]


def _span(day: ColumnElement[date]) -> ColumnElement[int]:
    return cast(func.replace(cast(day, String(10)), "-", ""), Integer)
