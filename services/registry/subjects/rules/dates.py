"""Dates as the civil code counts them (民法典第200至204条)."""

import calendar
from datetime import date

EARLIEST_BIRTH = date(1900, 1, 1)


def corresponding_day(start: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, its last one (民法典第202条, 月末日)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def age_on(birth: date, day: date) -> int:
    """Age in full years (周岁) on a day; a year of life is full on the birthday itself.

    Who was born on 29 February turns a year older on 28 February of a common year: the month has no corresponding day,
    so its last day stands for it. Negative before birth.
    """
    years = day.year - birth.year
    return years if corresponding_day(birth, years * 12) <= day else years - 1
