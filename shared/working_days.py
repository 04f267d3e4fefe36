"""The working-day calendar (工作日历): weekends, holidays and the working days moved for them (调休). Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

import chinese_calendar

SATURDAY = 5


@dataclass(frozen=True)
class Year:
    """One year: its weekdays are worked but those off, and of its weekend days those that stand in for them."""

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    document_no: str | None = None
    version: int = 0

    def is_working(self, day: date) -> bool:
        """Whether a day of this year is worked."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)


class Decree(Protocol):
    """A year as a decree has it (放假安排), its days in ISO 8601."""

    year: int
    days_off: list[str]
    days_worked: list[str]
    document_no: str
    version: int


YearOf = Callable[[int], Year | None]


def decreed_years(decrees: Iterable[Decree]) -> dict[int, Year]:
    """Years by decree."""
    return {
        each.year: Year(
            each.year,
            frozenset(map(date.fromisoformat, each.days_off)),
            frozenset(map(date.fromisoformat, each.days_worked)),
            each.document_no,
            each.version,
        )
        for each in decrees
    }


def next_working_day(year_of: YearOf, day: date) -> date | None:
    """The day itself if it is worked, or else the next one that is (民法典第203条); None where a year is not loaded."""
    while (year := year_of(day.year)) and not year.is_working(day):
        day += timedelta(days=1)
    return day if year else None


@cache
def packaged_year(year: int) -> Year | None:
    """A year as chinesecalendar has it, which follows the yearly decrees since 2004."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    off: set[date] = set()
    worked: set[date] = set()
    try:
        for day in (day for day in days if day.year == year):
            weekend = day.weekday() >= SATURDAY
            if chinese_calendar.is_workday(day) == weekend:
                (worked if weekend else off).add(day)
    except NotImplementedError:
        return None
    return Year(year, frozenset(off), frozenset(worked))


def by_weekends(year: int) -> Year:
    """A year that nobody has loaded yet, its weekends off and nothing else (暂按周末推算).

    For what must go on in the meantime, as reminders must; a legal term is never reckoned by it.
    """
    return Year(year, frozenset(), frozenset())
