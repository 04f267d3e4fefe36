"""Periods as people say them, from the labels by which quotas keep them. Pure."""

import re

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
            Said(f"{_day(start)}至{_day(end)}", f"{start} to {end}")
            if end
            else Said(f"{_day(start)}起", f"since {start}")
        )
    return Said(label, label)


def _day(written: str) -> str:
    year, month, day = map(int, written.split("-"))
    return f"{year}年{month}月{day}日"
