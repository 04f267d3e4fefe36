"""Months as they were learnt, and a month against that of the year before."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.quota.heads.rules import NOTHING, Counts

MONTHS_OF_A_YEAR = 12

Learnt = tuple[int, int, Counts]  # known in a month (YYYYMM), counted in a month, what


class Month(NamedTuple):
    """One calendar month: what it changed, and where the figures stand at its end.

    `late` is the part of `added` that was learnt after the month; `learnt_late` what was learnt in it of months before.
    """

    month: str
    added: Counts
    late: Counts
    learnt_late: Counts
    standing: Counts


def by_month(learnt: Iterable[Learnt]) -> list[Month]:
    """Every month that counts, from the first to the last, and those later ones in which only late reports came."""
    added, late, learnt_late = (defaultdict[int, Counts](lambda: NOTHING) for _ in range(3))
    for known_in, counted_in, counts in learnt:
        added[counted_in] = added[counted_in].plus(counts)
        if known_in > counted_in:
            late[counted_in] = late[counted_in].plus(counts)
            learnt_late[known_in] = learnt_late[known_in].plus(counts)
    months, standing = [], NOTHING
    for month in sorted({*_from_first_to_last(added), *learnt_late}):
        standing = standing.plus(added[month])
        name = f"{month // 100:04}-{month % 100:02}"
        months.append(Month(name, added[month], late[month], learnt_late[month], standing))
    return months


def growth_percent(now: int | Decimal, before: int | Decimal | None) -> str | None:
    """同比 with one decimal; None ("—") where there is nothing to compare with: nothing known, nothing, or less."""
    if before is None or before <= 0:
        return None
    return str((Decimal(100 * (now - before)) / before).quantize(Decimal("0.1"), ROUND_HALF_UP) + 0)  # no -0.0


def a_year_before(day: date) -> date:
    """The same day of the year before; the last day of a month stays the last."""
    last, was = (monthrange(year, day.month)[1] for year in (day.year, day.year - 1))
    return date(day.year - 1, day.month, was if day.day == last else day.day)


def year_before(month: str) -> str:
    """The same month (YYYY-MM) of the year before."""
    return f"{int(month[:4]) - 1:04}{month[4:]}"


class Boundaries(NamedTuple):
    """A unit's months on today's boundaries (可比口径), and the days on which a boundary of the unit moved."""

    months: Sequence[Month]
    moved: Sequence[date]

    def between(self, month: str) -> bool:
        """Whether one moved between the same month of the year before and this one."""
        return any(year_before(month) <= f"{day:%Y-%m}" <= month for day in self.moved)


def _from_first_to_last(months: Collection[int]) -> Iterator[int]:
    first, last = min(months, default=1), max(months, default=0)
    return (month for month in range(first, last + 1) if 1 <= month % 100 <= MONTHS_OF_A_YEAR)
