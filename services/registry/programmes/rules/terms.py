"""Terms of agreements and posts (期限), as the civil code counts them (民法典第200至204条)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from services.registry.people.dates import corresponding_day
from services.registry.programmes.rules.details import DetailValue
from shared.contracts.attributes import TermFields


class Term(NamedTuple):
    """The last day of a term (届满日), and the day on which to remind of it."""

    last_day: date
    remind_on: date


def term_of(fields: TermFields | None, details: Mapping[str, DetailValue]) -> Term | None:
    """The term that the details tell; None until its start, its months and its way of counting are all given."""
    if fields is None or not {fields.start, fields.months, fields.first_day_counts} <= details.keys():
        return None
    start = date.fromisoformat(str(details[fields.start]))
    last = last_day(start, int(details[fields.months]), bool(details[fields.first_day_counts]))
    return Term(last, last - timedelta(days=fields.remind_days))


def last_day(start: date, months: int, first_day_counts: bool) -> date:
    """The last day of a term of so many months.

    Where the agreement counts its first day, the term ends the day before the corresponding day; where it does not
    (第201条), on that day. A month without the corresponding day ends the term on its last day either way (第202条).
    """
    end = corresponding_day(start, months)
    return end - timedelta(days=1) if first_day_counts and end.day == start.day else end
