"""Days summed to months, and a month against that of the year before."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.quota.heads.rules import NOTHING, Counts


class Month(NamedTuple):
    """One calendar month: what it changed, and where the figures stand at its end."""

    month: str
    added: Counts
    standing: Counts


def by_month(days: Iterable[tuple[date, Counts]]) -> list[Month]:
    """Every month from the first day to the last, those without any change included."""
    months: list[Month] = []
    for on, counts in sorted(days):
        while not months or months[-1].month < f"{on:%Y-%m}":
            months.append(_following(months[-1]) if months else Month(f"{on:%Y-%m}", NOTHING, NOTHING))
        last = months[-1]
        months[-1] = Month(last.month, last.added.plus(counts), last.standing.plus(counts))
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


def _following(last: Month) -> Month:
    year, month = map(int, last.month.split("-"))
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return Month(f"{year:04}-{month:02}", NOTHING, last.standing)
