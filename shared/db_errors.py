"""Errors of a database: what another try cures, what passes by itself, and how they are described without a secret."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import exc
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

T = TypeVar("T")

# SQLSTATE of PostgreSQL, and how often the same is tried. SQLite has one writer, and so none of this.
UNIQUE_VIOLATION = "23505"
CONTENDED = {
    "40001": 8,  # serialization failure
    "40P01": 8,  # deadlock
    UNIQUE_VIOLATION: 3,  # another process was first and is done; a new look finds its row
}
NOT_AS_EXPECTED = {
    "25006": "takes no writes (read only)",
    "3F000": "lacks a schema",
    "42501": "denies this role a permission it needs",
    "42703": "lacks a column: run the service's migrate command",
    "42P01": "lacks a table: run the service's migrate command",
}
TOO_MUCH = "54"  # a limit of the server that what was sent exceeds: it will tomorrow too


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of an error; empty when there is none."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def is_contended(error: BaseException) -> bool:
    """Whether another transaction was in the way: nothing was changed, and the same may be tried at once."""
    return sqlstate(error) in CONTENDED


def is_transient(error: BaseException) -> bool:
    """Whether the database is at fault and not what was asked of it: away, full, not migrated, without a permission."""
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return not sqlstate(error).startswith(TOO_MUCH)
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, exc.TimeoutError) or sqlstate(error) in NOT_AS_EXPECTED or _without_connection(error)


def came_up_read_only(error: BaseException) -> bool:
    """Whether SQLite takes no writes here: a file that could not be written when it was opened stays so."""
    of_a_kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says what is special about it
    return bool(of_a_kind == sqlite3.SQLITE_READONLY)


def _without_connection(error: BaseException) -> bool:
    """Whether no connection was made at all, or it was lost with nothing being asked."""
    kinds = exc.OperationalError | exc.ProgrammingError
    return isinstance(error, kinds) and error.statement is None and not sqlstate(error)


def retry_contended(transaction: Callable[[], T]) -> T:
    """Do a whole transaction, and do it again a few times when others were in its way, after pauses by lot."""
    again = Retrying(retry=retry_if_exception(is_contended), stop=_enough, wait=_pause, reraise=True)
    return again(transaction)


_by_lot = wait_random_exponential(multiplier=0.05, max=2)


def _code(state: RetryCallState) -> str:
    error = state.outcome.exception() if state.outcome else None
    return sqlstate(error) if error else ""


def _enough(state: RetryCallState) -> bool:
    return state.attempt_number >= CONTENDED.get(_code(state), 1)


def _pause(state: RetryCallState) -> float:
    return 0 if _code(state) == UNIQUE_VIOLATION else _by_lot(state)


def describe(error: BaseException) -> str:
    """What is wrong, in one line: no value of a row, no password."""
    if known := NOT_AS_EXPECTED.get(sqlstate(error)):
        return f"the database {known}"
    if isinstance(error, exc.DBAPIError) and _without_connection(error):
        return f"the database is out of reach: {' '.join(str(error.orig).split())[:300]}"
    if is_transient(error):
        return f"the database does not answer: {type(getattr(error, 'orig', None) or error).__name__}"
    return type(error).__name__
