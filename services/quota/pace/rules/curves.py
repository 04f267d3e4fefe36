"""Pace (序时进度): how much is expected by a day, and whether the headcount keeps step with it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from shared.contracts.pace import PaceRule

BY_MONTH = PaceRule()


class Lamp(StrEnum):
    """绿: in step or ahead · 黄: a little behind · 红: further behind; the rule says how many points that is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class LastYear(NamedTuple):
    """What the period before had by the same day of it, and in the end (去年实际)."""

    then: int
    whole: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Expected percentage, points ahead (negative: behind), lamp, and the heads missing to be in step (catch-up).

    `curve` is the one that was used; `by_quarter`: the lamp compares with the last end of a quarter (小目标按季平滑).
    """

    expected_percent: str
    ahead_points: str
    lamp: Lamp
    catch_up: int
    curve: str
    by_quarter: bool


def months(first: date, last: date) -> Fraction:
    """Calendar months from one day to another, both included; days of a month that is not whole count as its share."""
    if last < first:
        return Fraction(0)
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole + _share_gone(last.year, last.month, last.day) - _share_gone(first.year, first.month, first.day - 1)


def _share_gone(year: int, month: int, day: int) -> Fraction:
    return Fraction(day, monthrange(year, month)[1])


def share_gone_by(start: date, end: date, on: date) -> Fraction:
    """The share of a period gone by at the end of a day, by month, and by day inside the running month; 0 to 1."""
    return months(start, min(on, end)) / months(start, end)


def days_gone_by(start: date, end: date, on: date) -> Fraction:
    """The share of a period's days gone by at the end of a day; 0 to 1."""
    return Fraction(max(0, (min(on, end) - start).days + 1), (end - start).days + 1)


def set_by_hand(expected: list[int], start: date, end: date, on: date) -> Fraction:
    """The share expected at the end of a day: that of the month ends beside it, and by day between them; 0 to 1."""
    if on < start:
        return Fraction(0)
    on = min(on, end)
    number = (on.year - start.year) * 12 + on.month - start.month
    before, after = list(pairwise([0, *expected]))[number]
    first, last = max(start, on.replace(day=1)), min(end, month_end(on))
    return (before + (after - before) * days_gone_by(first, last, on)) / 100


def month_of(on: date) -> str:
    """The month of a day, as it is written (YYYY-MM)."""
    return f"{on:%Y-%m}"


def month_end(on: date) -> date:
    """The last day of a month."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def same_day(on: date, start: date, earlier_start: date) -> date:
    """The day of an earlier period that lies as far into it; of 29 February, where there is none, the 28th."""
    year = on.year - (start.year - earlier_start.year)
    return date(year, on.month, min(on.day, monthrange(year, on.month)[1]))


def pace(
    value: int,
    amount: int,
    start: date,
    end: date | None,
    on: date,
    rule: PaceRule = BY_MONTH,
    last_year: LastYear | None = None,
) -> Pace | None:
    """Where a headcount stands against time; None without an end or without an amount (nothing is expected then).

    Without anything counted in the period before, or none at all, the curve of last year is that by month.
    """
    if end is None or amount <= 0:
        return None
    if rule.curve == "last_year" and (last_year is None or last_year.whole <= 0):
        rule = rule.model_copy(update={"curve": "by_month"})
    share = _share(rule, start, end, on, last_year)
    by_quarter = amount < rule.smooth_below and rule.curve != "last_year"
    judged = _share(rule, start, end, _last_quarter_end(on, end), last_year) if by_quarter else share
    ahead = Fraction(value * 100, amount) - share * 100
    return Pace(
        expected_percent=_hundredths(share * 10_000 + Fraction(1, 2)),
        ahead_points=_hundredths(ahead * 100),
        lamp=_lamp(value, amount, judged, rule),
        catch_up=max(0, -(-share.numerator * amount // share.denominator) - value),
        curve=rule.curve,
        by_quarter=by_quarter,
    )


def _share(rule: PaceRule, start: date, end: date, on: date, last_year: LastYear | None) -> Fraction:
    if rule.curve == "by_hand":
        return set_by_hand(rule.expected, start, end, on)
    if rule.curve == "by_day":
        return days_gone_by(start, end, on)
    if rule.curve == "last_year" and last_year is not None and on < end:
        return min(Fraction(1), max(Fraction(0), Fraction(last_year.then, last_year.whole)))
    return share_gone_by(start, end, on)


def _last_quarter_end(on: date, end: date) -> date:
    """The last day of a quarter that has come, or of the period."""
    if on >= end:
        return end
    tomorrow = on + timedelta(days=1)
    return date(tomorrow.year, (tomorrow.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def _lamp(value: int, amount: int, share: Fraction, rule: PaceRule) -> Lamp:
    """By points behind; never red for less than one head."""
    missing = share * amount - value
    behind = missing * 100 / amount
    if behind <= rule.green_to:
        return Lamp.GREEN
    return Lamp.YELLOW if behind <= rule.yellow_to or missing < 1 else Lamp.RED


def _hundredths(number: Fraction) -> str:
    """A number of hundredths, rounded down, with two decimals: what is behind by a trace never shows as 0.00."""
    down = number.numerator // number.denominator
    sign, size = ("-", -down) if down < 0 else ("", down)
    return f"{sign}{size // 100}.{size % 100:02}"
