"""How figures become pictures and groups: values in, places out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeVar

from shared.days import OUT_OF_RANGE, read_date
from shared.problems import Fault

WIDTH = 1000  # the bar is drawn on a scale of its own and stretched to the page
NUMERALS = "〇一二三四五六七八九十"
MOST = 2.0  # a bar never shows more than twice the amount


@dataclass(frozen=True)
class DrawnBar:
    """Where things stand on a bar, 0 to WIDTH: what is filled, where the amount is, where time is (None: no pace)."""

    filled: int
    full: int
    pace: int | None
    marks: tuple[int, ...]


def bar(value: int, amount: int, expected_percent: float | None, percents: Iterable[int]) -> DrawnBar:
    """A bar whose end is the amount, or what is counted where that is more (at most twice the amount)."""
    if amount <= 0:
        return DrawnBar(0, WIDTH, None, ())
    scale = min(max(value / amount, 1.0), MOST)
    full = WIDTH / scale

    def place(share: float) -> int:
        return max(0, min(WIDTH, int(share * full)))

    return DrawnBar(
        filled=place(value / amount),
        full=place(1),
        pace=None if expected_percent is None else place(expected_percent / 100),
        marks=tuple(place(percent / 100) for percent in percents),
    )


Result = Literal["attained", "basically", "exceeded", "short", "none"]


def result(status: str) -> Result:
    """The status of a quota as the page tells it apart."""
    known: dict[str, Result] = {
        "attained": "attained",
        "basically_attained": "basically",
        "exceeded": "exceeded",
        "short": "short",
    }
    return known.get(status, "none")


def item_number(clause: str) -> str:
    """The number of the item within a clause: 二(七)17 is item 17; a clause without one stands for itself."""
    found = re.search(r"(\d+)\D*$", clause)
    return found.group(1) if found else clause


def clause_order(clause: str) -> tuple[list[int], int]:
    """Clauses in the order of the document: chapter and section (一, 二, 三 …) first, then the item as a number."""
    number = item_number(clause)
    chapters = [NUMERALS.index(sign) for sign in clause if sign in NUMERALS]
    return chapters, int(number) if number.isdigit() else 0


def years(starts: Iterable[date], today: date) -> list[tuple[int, date]]:
    """Each year since the first period began, newest first, with the last day of it that is not in the future."""
    first = min((start.year for start in starts), default=today.year)
    return [(year, min(date(year, 12, 31), today)) for year in range(today.year, min(first, today.year) - 1, -1)]


Mistake = Literal["bad_day", "future_day"]


def day_of(wanted: str | None, today: date) -> tuple[date | None, Mistake | None]:
    """The day asked for, None for today; and what is wrong with it."""
    if not wanted:
        return None, None
    day = read_date(wanted)
    if isinstance(day, Fault):
        return None, "future_day" if day is OUT_OF_RANGE and wanted > today.isoformat() else "bad_day"
    return (None, "future_day") if day > today else (day, None)


class Beginning(Protocol):
    """Something that holds from a day on."""

    @property
    def start(self) -> date:
        """The first day."""


class WithPeriod(Protocol):
    """Something with a period."""

    @property
    def period(self) -> Beginning:
        """Its period."""


D = TypeVar("D", bound=WithPeriod)


def newest_first(items: Iterable[D]) -> Sequence[D]:
    """The quota whose period began last comes first; the earlier ones follow."""
    return sorted(items, key=lambda item: item.period.start, reverse=True)
