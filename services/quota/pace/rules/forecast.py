"""Forecast (预测): the months gone by, carried on; values in, values out.

With a whole year behind it, each month to come is expected to bring what the same month of the last year brought;
before that, the mean of the months there were. The range is what four of five such futures stay within, if months go on
to differ as they did; it widens with the months to come, and the fewer there were to learn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import fmean, stdev

from services.quota.pace.rules.curves import month_end, month_of, months

FEWEST = 3  # whole months; from fewer, or from months that brought nothing at all, nothing is concluded
YEAR = 12  # months that are looked back on
SPREAD = 1.2816  # standard deviations either way that four of five futures stay within
FARTHEST = 120  # months ahead that a day of attainment is looked for


@dataclass(frozen=True, slots=True)
class Forecast:
    """The figure at the end of the period and its range, the day the amount is attained, and what that takes a week.

    All but the day are None without an end; the day is None where it is not foreseen within the period.
    """

    value_at_end: int | None
    low: int | None
    high: int | None
    attained_on: date | None
    needed_per_week: float | None


def looks_back_to(on: date) -> date:
    """The first day of the year of whole months before a day."""
    last = _last_whole_month(on)
    year, month = (last.year, 1) if last.month == YEAR else (last.year - 1, last.month + 1)
    return date(year, month, 1)


def forecast(
    value: int, wanted: int, start: date, end: date | None, on: date, added: Mapping[str, int], *, falls: bool
) -> Forecast | None:
    """Where a figure is going. `added`: what months brought; `wanted`: what attains; `falls`: whether it can fall.

    None where the period is over, or fewer than three whole months of it are known, or none of them brought anything.
    """
    if end is not None and on >= end:
        return None
    history = _history(start, on, added)
    if len(history) < FEWEST or not any(history):
        return None
    expected = _expected(history, _last_whole_month(on).month)
    missing = max(0, wanted - value)
    attained_on = _attained_on(missing, expected, on, end)
    if end is None:
        return Forecast(None, None, None, attained_on, None)
    gain = _gain(expected, on, end)
    ahead = float(months(on + timedelta(days=1), end))
    spread = SPREAD * stdev(history) * sqrt(ahead + ahead**2 / len(history))
    least = 0 if falls or gain < 0 else value
    return Forecast(
        value_at_end=max(least, floor(value + gain + 0.5)),
        low=max(least, floor(value + gain - spread)),
        high=max(least, ceil(value + gain + spread)),
        attained_on=attained_on,
        needed_per_week=ceil(missing * 70 / (end - on).days) / 10,
    )


def _history(start: date, on: date, added: Mapping[str, int]) -> list[int]:
    """What each whole month of the last year brought, as far as it lies in the period; the first one that counts on."""
    history: list[int] = []
    first = max(looks_back_to(on), start if start.day == 1 else month_end(start) + timedelta(days=1))
    while first <= _last_whole_month(on):
        history.append(added.get(month_of(first), 0))
        first = month_end(first) + timedelta(days=1)
    return history


def _expected(history: Sequence[int], last_month: int) -> dict[int, float]:
    """What each calendar month is expected to bring, by its number."""
    if len(history) < YEAR:
        return dict.fromkeys(range(1, YEAR + 1), fmean(history))
    return {(last_month - back - 1) % YEAR + 1: float(history[-1 - back]) for back in range(YEAR)}


def _gain(expected: Mapping[int, float], on: date, end: date) -> float:
    return sum(expected[first.month] * share for first, share in _months_ahead(on, end))


def _attained_on(missing: int, expected: Mapping[int, float], on: date, end: date | None) -> date | None:
    """The day on which what is missing is there, by day within its month."""
    if missing == 0:
        return None
    gained = 0.0
    for first, share in _months_ahead(on, end):
        brings = expected[first.month] * share
        if gained + brings >= missing - 1e-9:
            last = month_end(first) if end is None else min(end, month_end(first))
            days = (last - first).days + 1
            return first + timedelta(days=max(0, ceil((missing - gained) / brings * days - 1e-9) - 1))
        gained += brings
    return None


def _months_ahead(on: date, end: date | None) -> Sequence[tuple[date, float]]:
    """The first day ahead in each month to come, and the share of the month from there on."""
    found: list[tuple[date, float]] = []
    first = on + timedelta(days=1)
    while (end is None and len(found) < FARTHEST) or (end is not None and first <= end):
        last = month_end(first) if end is None else min(end, month_end(first))
        found.append((first, float(months(first, last))))
        first = last + timedelta(days=1)
    return found


def _last_whole_month(on: date) -> date:
    """The first day of the last month that is over by the end of a day."""
    if on == month_end(on):
        return on.replace(day=1)
    return (on.replace(day=1) - timedelta(days=1)).replace(day=1)
