"""How long a notice still runs, by the working-day calendar of the registry. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from shared.working_days import YearOf


class NoticeDays(Protocol):
    """A notice: of which programme, from when to when."""

    @property
    def programme(self) -> str: ...
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...


@dataclass(frozen=True)
class Countdown:
    """A notice and what is left of it: days after today up to its last day, which runs to 24:00.

    `working_days` is None where a year is not loaded. A notice that is over waits for the decision.
    """

    notice: NoticeDays
    days: int
    working_days: int | None

    @property
    def part(self) -> str:
        """Where it stands on the page: what ends today first, then what runs, then what is over."""
        return "today" if self.days == 0 else "running" if self.days > 0 else "over"


def countdowns(notices: Iterable[NoticeDays], year_of: YearOf, today: date) -> Sequence[Countdown]:
    """The notices with what is left of each, the one that ends first at the front."""
    found = [
        Countdown(each, (each.last_day - today).days, working_days_left(year_of, today, each.last_day))
        for each in notices
    ]
    return sorted(found, key=lambda each: (each.notice.last_day, each.notice.programme))


def working_days_left(year_of: YearOf, today: date, last_day: date) -> int | None:
    """How many working days come after today up to the last day; None where a year is not loaded."""
    left = 0
    for n in range(1, (last_day - today).days + 1):
        day = today + timedelta(days=n)
        year = year_of(day.year)
        if year is None:
            return None
        left += year.is_working(day)
    return left
