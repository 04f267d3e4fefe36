"""Terms of agreements and posts (期限), as the civil code counts them (民法典第200至204条)."""

from datetime import date, timedelta

from services.registry.people.dates import corresponding_day

REMINDER_DAYS = 60


def last_day(start: date, months: int, first_day_counts: bool) -> date:
    """The last day of a term of so many months.

    Where the agreement counts its first day, the term ends the day before the corresponding day; where it does not
    (第201条), on that day. A month without the corresponding day ends the term on its last day either way (第202条).
    """
    end = corresponding_day(start, months)
    return end - timedelta(days=1) if first_day_counts and end.day == start.day else end


def reminder_day(last: date, days: int = REMINDER_DAYS) -> date:
    """When to remind of a term that ends: so many calendar days before its last day."""
    return last - timedelta(days=days)
