"""Spans (时段), by which the ledger is added up on both clocks: values in, stretches of spans out.

A span is a number that reads as what it is: 201907 July 2019, 20190701 its first day, 0 the whole time. So spans of a
kind lie side by side, and whatever a reader asks for is a few stretches of numbers.
"""

from datetime import date

EVER = 0
LAST_MONTH = 999912
LAST_OF_A_MONTH = 99  # more than any day of a month

PER_DAY, PER_MONTH, PER_EVER = 1, 100, 100_000_000  # a day's span divided by these is the span it lies in

Stretch = tuple[int, int]  # both ends included


def month(day: date) -> int:
    """The month of a day."""
    return day.year * 100 + day.month


def span(day: date) -> int:
    """A day by itself."""
    return month(day) * 100 + day.day


def day_of(span: int) -> date:
    """The day that a span of one day is."""
    return date(span // 10_000, span // 100 % 100, span % 100)


def through(day: date) -> tuple[Stretch, Stretch]:
    """Everything up to a day: the months before its month, and in its month the days up to it."""
    return (EVER + 1, month(day) - 1), (month(day) * 100, span(day))


def after(day: date) -> tuple[Stretch, Stretch]:
    """Everything after a day: the months after its month, and in its month the days that follow."""
    return (month(day) + 1, LAST_MONTH), (span(day) + 1, month(day) * 100 + LAST_OF_A_MONTH)
