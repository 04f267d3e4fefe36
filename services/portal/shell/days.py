"""The day that a page shows figures as of (数据截至): chosen by `?as_of=`, and kept in the links of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.days import OUT_OF_RANGE, read_date
from shared.problems import Fault

Mistake = Literal["bad_day", "future_day"]


def day_of(wanted: str | None, today: date) -> tuple[date | None, Mistake | None]:
    """The day asked for, None for today; and what is wrong with it."""
    if not wanted:
        return None, None
    day = read_date(wanted)
    if isinstance(day, Fault):
        return None, "future_day" if day is OUT_OF_RANGE and wanted > today.isoformat() else "bad_day"
    return (None, "future_day") if day > today else (day, None)


def years(starts: Iterable[date], today: date) -> list[tuple[int, date]]:
    """Each year since the first period began, newest first, with the last day of it that is not in the future."""
    first = min((start.year for start in starts), default=today.year)
    return [(year, min(date(year, 12, 31), today)) for year in range(today.year, min(first, today.year) - 1, -1)]


@dataclass(frozen=True)
class ShownDay:
    """The day of a page, today unless another was chosen, and what the chooser of `days.html` offers."""

    chosen: date
    today: date
    past: bool
    mistake: Mistake | None
    years: Sequence[tuple[int, date]]

    @property
    def kept(self) -> date | None:
        """What links of the page carry on: nothing where it shows today."""
        return self.chosen if self.past else None


def shown_day(chosen: date | None, today: date, mistake: Mistake | None, starts: Iterable[date]) -> ShownDay:
    """The day of a page whose periods begin on these days."""
    return ShownDay(chosen or today, today, chosen is not None, mistake, years(starts, today))
