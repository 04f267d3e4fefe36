"""Pace (序时进度): how much of the period is gone, and whether the headcount keeps step with it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

YELLOW_BAND = 10  # percentage points behind that still show yellow


class Lamp(StrEnum):
    """绿: in step or ahead · 黄: at most ten points behind · 红: further behind."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Pace:
    """Expected percentage, points ahead (negative: behind), lamp, and the heads missing to be in step (catch-up)."""

    expected_percent: str
    ahead_points: str
    lamp: Lamp
    catch_up: int


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


def pace(value: int, amount: int, start: date, end: date | None, on: date) -> Pace | None:
    """Where a headcount stands against time; None without an end or without an amount (nothing is expected then)."""
    if end is None or amount <= 0:
        return None
    share = share_gone_by(start, end, on)
    ahead = Fraction(value * 100, amount) - share * 100
    return Pace(
        expected_percent=_hundredths(share * 10_000 + Fraction(1, 2)),
        ahead_points=_hundredths(ahead * 100),
        lamp=Lamp.GREEN if ahead >= 0 else Lamp.YELLOW if ahead >= -YELLOW_BAND else Lamp.RED,
        catch_up=max(0, -(-share.numerator * amount // share.denominator) - value),
    )


def _hundredths(number: Fraction) -> str:
    """A number of hundredths, rounded down, with two decimals: what is behind by a trace never shows as 0.00."""
    down = number.numerator // number.denominator
    sign, size = ("-", -down) if down < 0 else ("", down)
    return f"{sign}{size // 100}.{size % 100:02}"
