"""Trouble with a database: what another try cures, what passes by itself, and how it is told without a secret."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import exc
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

T = TypeVar("T")

TRIES = 8

# SQLSTATE of PostgreSQL. A unique violation is among them: another process was first, and a new look finds its row.
# SQLite has one writer, and so none of this.
CONTENDED = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "23505",  # unique violation
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


def contended(error: BaseException) -> bool:
    """Whether another transaction was in the way: nothing was changed, and the same may be tried at once."""
    return sqlstate(error) in CONTENDED


def passing(error: BaseException) -> bool:
    """Whether the database is at fault and not what was asked of it: away, full, not migrated, without a permission."""
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return not sqlstate(error).startswith(TOO_MUCH)
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, exc.TimeoutError) or sqlstate(error) in NOT_AS_EXPECTED


def in_turn(transaction: Callable[[], T]) -> T:
    """Do a whole transaction, and do it again a few times when others were in its way, after pauses by lot."""
    again = Retrying(
        retry=retry_if_exception(contended),
        stop=stop_after_attempt(TRIES),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        reraise=True,
    )
    return again(transaction)


def told(error: BaseException) -> str:
    """What is wrong, in one line: no value of a row, no password."""
    if known := NOT_AS_EXPECTED.get(sqlstate(error)):
        return f"the database {known}"
    if isinstance(error, exc.OperationalError) and error.statement is None:  # the connection was not even made
        return f"the database does not let us in: {' '.join(str(error.orig).split())[:300]}"
    if passing(error):
        return f"the database does not answer: {type(getattr(error, 'orig', None) or error).__name__}"
    return type(error).__name__
