from datetime import date, timedelta
from functools import cache

import chinese_calendar
from sqlmodel import Session, select

from services.registry.calendar.models import CalendarYear
from services.registry.calendar.rules import SATURDAY, Year, YearOf


def calendar(session: Session) -> YearOf:
    """The years in force: by decree where one was entered, or else by the package; None where neither has the year.

    The decrees are read once, when the first year is asked for.
    """

    @cache
    def decreed() -> dict[int, Year]:
        return {
            row.year: Year(
                row.year,
                frozenset(map(date.fromisoformat, row.days_off)),
                frozenset(map(date.fromisoformat, row.days_worked)),
                row.document_no,
                row.version,
            )
            for row in session.exec(select(CalendarYear))
        }

    return lambda year: decreed().get(year) or _packaged(year)


@cache
def _packaged(year: int) -> Year | None:
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
