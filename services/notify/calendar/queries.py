"""Named reads of the calendar."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from sqlmodel import Session, select

from services.notify.calendar.models import DecreedYear
from services.notify.calendar.rules import IsWorking
from shared import clock
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


def by_weekends_alone(session: Session) -> Callable[[datetime | None], bool]:
    """Whether an instant lies in a year of which no calendar is known yet, so that it may move (暂按周末推算)."""
    known = is_known(session)
    return lambda instant: instant is not None and not known(clock.local(instant).year)


def is_known(session: Session) -> Callable[[int], bool]:
    """Whether a year has a calendar, by decree or by the package."""
    decreed = decreed_years(session.exec(select(DecreedYear)))
    return lambda year: year in decreed or packaged_year(year) is not None
