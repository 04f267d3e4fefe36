"""Named reads of the calendar."""

from collections.abc import Callable
from functools import cache

from sqlmodel import Session, select

from services.notify.calendar.models import DecreedYear
from services.notify.calendar.rules import IsWorking
from shared.working_days import Year, by_weekends, decreed_years, packaged_year


def years(session: Session) -> Callable[[int], Year]:
    """The years in force: by decree, or else by the package, or else by weekends (暂按周末推算).

    The decrees are read once, when the first year is asked for.
    """

    @cache
    def decreed() -> dict[int, Year]:
        return decreed_years(session.exec(select(DecreedYear)))

    return lambda year: decreed().get(year) or packaged_year(year) or by_weekends(year)


def working_days(session: Session) -> IsWorking:
    """Whether a day is worked (工作日), by the years in force."""
    year_of = years(session)
    return lambda day: year_of(day.year).is_working(day)
