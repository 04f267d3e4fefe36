"""When a term is over (期满). Pure."""

from datetime import date, timedelta

from shared.contracts.registration import IN_STOCK


def expired_on(state: str, last_day: date | None, today: date, *, expires: bool) -> date | None:
    """The first day out of stock of what ends with its term, once that is over; None where it does not end (yet)."""
    if not expires or state not in IN_STOCK or last_day is None or last_day >= today:
        return None
    return last_day + timedelta(days=1)
