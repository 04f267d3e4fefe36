"""Days summed to months."""

from collections.abc import Iterable
from datetime import date
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


def _following(last: Month) -> Month:
    year, month = map(int, last.month.split("-"))
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return Month(f"{year:04}-{month:02}", NOTHING, last.standing)
