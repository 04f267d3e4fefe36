"""Reading the place that a cursor holds; whatever comes from outside may be forged."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from shared.cursors import cursor_unknown
from shared.web import Paging

T = TypeVar("T")


def place(paging: Paging, read: Callable[[Any], T]) -> T | None:
    """Where to go on, None for the beginning. Raises InvalidBody for a cursor that no page of ours gave."""
    if paging.after is None:
        return None
    try:
        (value,) = paging.after
        return read(value)
    except (ValueError, TypeError):
        raise cursor_unknown() from None


def position(value: Any) -> int:
    """A position in a list, as the database can hold it."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError
    return value


def code(value: Any) -> str:
    """A code that the list is ordered by."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    return value


def identifier(value: Any) -> UUID:
    """An id that the list is ordered by."""
    return UUID(code(value))
