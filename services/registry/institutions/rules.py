"""What a bar may say. Pure: values in, decision out."""

from datetime import date

from shared.problems import Fault, Said


def bar_fault(since: date, until: date, today: date) -> Fault | None:
    """Why an institution cannot be barred for these days, both included; pointer "/until"."""
    if until < since:
        return ENDS_BEFORE_START
    return OVER if until < today else None


ENDS_BEFORE_START = Fault("/until", "ends_before_start", Said("止日早于起日", "the end lies before the start"))
OVER = Fault("/until", "in_past", Said("止日已过", "lies in the past"))
