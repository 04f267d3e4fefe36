"""Notices by the working-day calendar (工作日历), and what a decree that changes it cannot mean."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from shared.problems import Fault, Said
from shared.working_days import SATURDAY, YearOf


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
