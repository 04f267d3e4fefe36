"""The working-day calendar (工作日历): weekends, statutory holidays and the working days moved for them (调休)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from shared.problems import Fault, Said

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


YearOf = Callable[[int], Year | None]


def last_notice_day(year_of: YearOf, first_day: date, working_days: int) -> date | Fault:
    """The last day of a public notice: so many working days after its first day, which is not counted (民法典第201条).

    A year whose calendar is not loaded is refused; weekdays are never taken for working days instead.
    """
    day = first_day
    while working_days:
        day += timedelta(days=1)
        year = year_of(day.year)
        if year is None:
            return Fault(
                "/effective_on",
                "calendar_not_loaded",
                Said(
                    f"{day.year} 年的工作日历尚未载入，无法计算公示期；请人社局先载入该年的放假安排",
                    f"The working-day calendar of {day.year} is not loaded; the bureau loads its holidays first",
                ),
            )
        working_days -= year.is_working(day)
    return day


def next_working_day(year_of: YearOf, day: date) -> date | None:
    """The day itself if it is worked, or else the next one that is (民法典第203条); None where a year is not loaded."""
    while (year := year_of(day.year)) and not year.is_working(day):
        day += timedelta(days=1)
    return day if year else None


def faults_in(year: int, off: Sequence[date], worked: Sequence[date]) -> Iterator[Fault]:
    """Days that cannot be meant: of another year, named twice, or already as the week has them."""
    for name, days, weekend in (("days_off", off, False), ("days_worked", worked, True)):
        for n, day in enumerate(days):
            if day.year != year:
                yield Fault(f"/{name}/{n}", "another_year", Said(f"不在 {year} 年内", f"does not lie in {year}"))
            elif (day.weekday() >= SATURDAY) != weekend:
                said = (
                    Said("不是周末，本来就上班", "is a weekday, which is worked anyhow")
                    if weekend
                    else Said("是周末，本来就休息", "is a weekend day, which is off anyhow")
                )
                yield Fault(f"/{name}/{n}", "no_change", said)
            elif day in days[:n]:
                yield Fault(f"/{name}/{n}", "twice", Said("重复", "was named before"))


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
