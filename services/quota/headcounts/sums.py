"""Sums (合计): the ledger added up by day and by month of both clocks, so that no figure costs more as it grows.

A figure of the past is what was ever learnt of the months and days up to its date, less what was learnt after its
instant: in whole months, in days of that month, and in the lines of that very day.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
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
    SelectBase,
    String,
    Subquery,
    Table,
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

from services.quota.headcounts.models import HEADCOUNT, LEDGER, SUM
from services.quota.headcounts.spans import (
    EVER,
    LAST_MONTH,
    PER_EVER,
    PER_MONTH,
    Stretch,
    after,
    month,
    through,
)
from services.quota.heads.rules import NOTHING, Counts
from shared import clock
from shared.db import adding_from

KEY = ("quota_id", "unit", "known_in", "counted_in")
OF_COUNTS = Counts._fields
WHOLE = ""  # the unit that stands for the whole quota
MONTHS = (EVER + 1, LAST_MONTH)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)  # known by then is known; a day later calendars end

Figures = dict[tuple[UUID, str], Counts]


def newest_line(session: Session) -> int:
    """The last line of the ledger so far."""
    return int(session.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def follow(session: Session, quotas: Collection[UUID], after_line: int) -> None:
    """Add what these quotas' lines after one of them changed; nobody else may write to them meanwhile.

    Lines are found by their ids alone, and then by quota: whoever begins with the quota reads all it ever had.
    """
    new = select(LEDGER).where(LEDGER.c.id > after_line, LEDGER.c.id <= newest_line(session))
    lines = new.cte("new").prefix_with("MATERIALIZED")
    session.execute(_adding(session, due(lines, lines.c.quota_id.in_(list(quotas)))))


def rebuild(session: Session) -> dict[tuple[UUID, str], int]:
    """Make the sums what the ledger adds up to, in one statement; how many were not, by quota and unit.

    Nobody may count meanwhile. What agrees is not written again.
    """
    changed = _adding(session, lacking()).returning(SUM.c.quota_id, SUM.c.unit)
    return dict(sorted(Counter((quota, unit) for quota, unit in session.execute(changed)).items()))


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
    """Quotas as of a date and as known at an instant, or by everything known: as a whole and in units, all for None."""
    parts = [_part(1, (EVER, EVER), stretch) for stretch in through(on)]
    if known_at is not None:
        known_at = min(known_at, LATEST)
        later = after(clock.business_date(known_at))
        parts += [_part(-1, learnt, stretch) for learnt in later for stretch in through(on)]
        parts.append(_later_that_day(known_at, on))
    chosen = [HEADCOUNT.c.quota_id.in_(list(quotas))]
    if units is not None:
        chosen.append(HEADCOUNT.c.unit.in_([WHOLE, *units]))
    found: Figures = defaultdict(lambda: NOTHING)
    for row in session.execute(union_all(*(part.where(*chosen) for part in parts))):
        counts = Counts(*map(int, row[2:]))
        found[row.quota_id, row.unit] = found[row.quota_id, row.unit].plus(counts)
    return found


def by_month(session: Session, quota: UUID, units: Collection[str]) -> Iterator[tuple[str, int, int, Counts]]:
    """What was learnt in each month of each month, by unit."""
    mine = and_(SUM.c.quota_id == quota, SUM.c.unit.in_(list(units)))
    months = SUM.c.known_in.between(*MONTHS) & SUM.c.counted_in.between(*MONTHS)
    counts = [SUM.c[name] for name in OF_COUNTS]
    rows = session.execute(select(SUM.c.unit, SUM.c.known_in, SUM.c.counted_in, *counts).where(mine, months))
    return ((row.unit, row.known_in, row.counted_in, Counts(*row[3:])) for row in rows)


def of_months(
    session: Session, quotas: Collection[UUID], since: date, until: date, known_at: datetime
) -> dict[tuple[UUID, int], Counts]:
    """What each month from one day's to another's brought to quotas as a whole, as known at an instant."""
    known_at = min(known_at, LATEST)
    counted = SUM.c.counted_in.between(month(since), month(until))
    mine = and_(SUM.c.quota_id.in_(list(quotas)), SUM.c.unit == WHOLE, counted)
    each = SUM.c.quota_id, SUM.c.counted_in
    parts = [
        select(*each, *_total(SUM, sign)).where(mine, SUM.c.known_in.between(*learnt)).group_by(*each)
        for sign, learnt in ((1, (EVER, EVER)), *((-1, later) for later in after(clock.business_date(known_at))))
    ]
    of_line = LEDGER.c.quota_id, (_span(LEDGER.c.counted_on) // PER_MONTH).label("counted_in")
    lines = select(*of_line, *(LEDGER.c[name] for name in OF_COUNTS))
    lines = lines.where(LEDGER.c.quota_id.in_(list(quotas)), _later_than(known_at))
    later = lines.subquery("later")
    within = later.c.counted_in.between(month(since), month(until))
    of_month = later.c.quota_id, later.c.counted_in
    parts.append(select(*of_month, *_total(later, -1)).where(within).group_by(*of_month))
    found: dict[tuple[UUID, int], Counts] = defaultdict(lambda: NOTHING)
    for quota, in_month, *counts in session.execute(union_all(*parts)):
        found[quota, in_month] = found[quota, in_month].plus(Counts(*map(int, counts)))
    return found


def _adding(session: Session, found: SelectBase) -> Any:
    return adding_from(session, SUM, [*KEY, *OF_COUNTS], found, KEY)


def _wider(cells: CTE, name: str, known: int = 1, counted: int = 1) -> CTE:
    """Cells of a kind in wider spans."""
    spans = [(cells.c.known_in // known).label("known_in"), (cells.c.counted_in // counted).label("counted_in")]
    key = [cells.c.quota_id, cells.c.unit, *spans]
    return select(*key, *_whole_numbers(cells)).group_by(*key).cte(name)


def _whole_numbers(cells: FromClause) -> list[ColumnElement[int]]:
    """Sums as they are stored: PostgreSQL makes of sums of sums numbers that are slow to add."""
    return [cast(func.sum(cells.c[name]), Integer).label(name) for name in OF_COUNTS]


def _part(sign: int, learnt: Stretch, counted: Stretch) -> Select[Any]:
    of_place = and_(SUM.c.quota_id == HEADCOUNT.c.quota_id, SUM.c.unit == HEADCOUNT.c.unit)
    within = SUM.c.known_in.between(*learnt) & SUM.c.counted_in.between(*counted)
    place = HEADCOUNT.c.quota_id, HEADCOUNT.c.unit
    return select(*place, *_total(SUM, sign)).join(SUM, of_place).where(within).group_by(*place)


def _later_than(known_at: datetime) -> ColumnElement[bool]:
    """The lines learnt after an instant on its day."""
    next_day = clock.first_instant(clock.business_date(known_at) + timedelta(1))
    return and_(LEDGER.c.known_at > known_at, LEDGER.c.known_at < next_day)


def _later_that_day(known_at: datetime, on: date) -> Select[Any]:
    of_quota = and_(LEDGER.c.quota_id == HEADCOUNT.c.quota_id, HEADCOUNT.c.unit.in_([WHOLE, LEDGER.c.unit]))
    later = and_(_later_than(known_at), LEDGER.c.counted_on <= on)
    place = HEADCOUNT.c.quota_id, HEADCOUNT.c.unit
    return select(*place, *_total(LEDGER, -1)).join(LEDGER, of_quota).where(later).group_by(*place)


def _total(table: Table | Subquery, sign: int) -> list[ColumnElement[int]]:
    return [(func.sum(table.c[name]) * sign).label(name) for name in OF_COUNTS]


def _span(day: ColumnElement[date]) -> ColumnElement[int]:
    return cast(func.replace(cast(day, String(10)), "-", ""), Integer)
