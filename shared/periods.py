"""Periods as people say them, from the labels by which quotas keep them. Pure."""

import re
from calendar import month_name

from shared.problems import Said

_YEARS = re.compile(r"([0-9]{4})(-?)([0-9]{4})?")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})?")


def written_period(label: str) -> Said:
    """A period as it is said: a year, some years, from a year or a day on; what has a name keeps it."""
    if years := _YEARS.fullmatch(label):
        first, open_end, last = years.groups()
        if last:
            return Said(f"{first}—{last}年", f"{first}–{last}")
        return Said(f"{first}年起", f"since {first}") if open_end else Said(f"{first}年", first)
    if days := _DAYS.fullmatch(label):
        start, end = days.groups()
        return (
            Said(f"{_day(start).zh}至{_day(end).zh}", f"{_day(start).en} to {_day(end).en}")
            if end
            else Said(f"{_day(start).zh}起", f"since {_day(start).en}")
        )
    return Said(label, label)


def _day(written: str) -> Said:
    year, month, day = map(int, written.split("-"))
    return Said(f"{year}年{month}月{day}日", f"{day} {month_name[month]} {year}")
