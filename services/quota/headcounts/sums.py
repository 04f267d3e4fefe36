"""Sums (合计): the ledger added up by day and by month of both clocks, so that no figure costs more as it grows.

A figure of the past is what was ever learnt of the months and days up to its date, less what was learnt after its
instant: in whole months, in days of that month, and in the lines of that very day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    and_,
    case,
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
from services.quota.headcounts.spans import EVER, LAST_MONTH, PER_DAY, PER_EVER, PER_MONTH, Stretch, after, through
from services.quota.heads.rules import NOTHING, Counts
from shared import clock
from shared.db import adding_from

KEY = ("quota_id", "unit", "known_in", "counted_in")
OF_COUNTS = Counts._fields
WHOLE = ""  # the unit that stands for the whole quota
MONTHS = (EVER + 1, LAST_MONTH)

Figures = dict[tuple[UUID, str], Counts]


def newest_line(session: Session) -> int:
    """The last line of the ledger so far."""
    return int(session.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def follow(session: Session, quotas: Collection[UUID], after_line: int) -> None:
    """Add what these quotas' lines after one of them changed; nobody else may write to them meanwhile."""
    new = (LEDGER.c.id > after_line) & LEDGER.c.quota_id.in_(list(quotas))
    add(session, due(new))


def add(session: Session, found: Select[Any]) -> None:
    """Add to the sums what a statement finds, cell by cell."""
    adding_from(session, SUM, [*KEY, *OF_COUNTS], found, KEY)


def due(of_lines: ColumnElement[bool]) -> Select[Any]:
    """What some lines of the ledger add up to, in every cell they belong to."""
    days = [LEDGER.c[name] for name in ("quota_id", "unit", "known_on", "counted_on")]
    sums = [func.sum(LEDGER.c[name]).label(name) for name in OF_COUNTS]
    by_day = select(*days, *sums).where(of_lines).group_by(*days).subquery("by_day")
    place, known, counted = _each(0, 1), _each(PER_DAY, PER_MONTH, PER_EVER), _each(PER_DAY, PER_MONTH)
    every = by_day.join(place, true()).join(known, true()).join(counted, true())
    found = select(
        by_day.c.quota_id,
        case((place.c.it == 1, WHOLE), else_=by_day.c.unit).label("unit"),
        (_span(by_day.c.known_on) // known.c.it).label("known_in"),
        (_span(by_day.c.counted_on) // counted.c.it).label("counted_in"),
        *(by_day.c[name] for name in OF_COUNTS),
    )
    cells = found.select_from(every).subquery("cells")
    key = [cells.c[name] for name in KEY]
    return select(*key, *(func.sum(cells.c[name]).label(name) for name in OF_COUNTS)).group_by(*key)


def lacking() -> Select[Any]:
    """What the sums lack, cell by cell, to be what the ledger adds up to."""
    right = due(true()).subquery("due")
    both = union_all(
        select(*(right.c[name] for name in (*KEY, *OF_COUNTS))),
        select(*(SUM.c[name] for name in KEY), *((-SUM.c[name]).label(name) for name in OF_COUNTS)),
    ).subquery("both")
    key = [both.c[name] for name in KEY]
    missing = [func.sum(both.c[name]).label(name) for name in OF_COUNTS]
    return select(*key, *missing).group_by(*key).having(or_(*(each != 0 for each in missing)))


def figures(
    session: Session, quotas: Collection[UUID], units: Collection[str] | None, on: date, known_at: datetime | None
) -> Figures:
    """Quotas as of a date and as known at an instant, or by everything known: as a whole and in units, all for None."""
    parts = [_part(1, (EVER, EVER), stretch) for stretch in through(on)]
    if known_at is not None:
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


def by_month(session: Session, quota: UUID) -> Iterator[tuple[int, int, Counts]]:
    """What was learnt in each month of each month, over the whole quota."""
    mine = and_(SUM.c.quota_id == quota, SUM.c.unit == WHOLE)
    months = SUM.c.known_in.between(*MONTHS) & SUM.c.counted_in.between(*MONTHS)
    counts = [SUM.c[name] for name in OF_COUNTS]
    rows = session.execute(select(SUM.c.known_in, SUM.c.counted_in, *counts).where(mine, months))
    return ((row.known_in, row.counted_in, Counts(*row[2:])) for row in rows)


def _part(sign: int, learnt: Stretch, counted: Stretch) -> Select[Any]:
    of_place = and_(SUM.c.quota_id == HEADCOUNT.c.quota_id, SUM.c.unit == HEADCOUNT.c.unit)
    within = SUM.c.known_in.between(*learnt) & SUM.c.counted_in.between(*counted)
    place = HEADCOUNT.c.quota_id, HEADCOUNT.c.unit
    return select(*place, *_total(SUM, sign)).join(SUM, of_place).where(within).group_by(*place)


def _later_that_day(known_at: datetime, on: date) -> Select[Any]:
    next_day = clock.first_instant(clock.business_date(known_at) + timedelta(1))
    of_quota = and_(LEDGER.c.quota_id == HEADCOUNT.c.quota_id, HEADCOUNT.c.unit.in_([WHOLE, LEDGER.c.unit]))
    later = and_(LEDGER.c.known_at > known_at, LEDGER.c.known_at < next_day, LEDGER.c.counted_on <= on)
    place = HEADCOUNT.c.quota_id, HEADCOUNT.c.unit
    return select(*place, *_total(LEDGER, -1)).join(LEDGER, of_quota).where(later).group_by(*place)


def _total(table: Table, sign: int) -> list[ColumnElement[int]]:
    return [(func.sum(table.c[name]) * sign).label(name) for name in OF_COUNTS]


def _each(*numbers: int) -> Subquery:
    return union_all(*(select(literal(number).label("it")) for number in numbers)).subquery()


def _span(day: ColumnElement[date]) -> ColumnElement[int]:
    return cast(func.replace(cast(day, String(10)), "-", ""), Integer)
