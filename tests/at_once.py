"""Several at once: real threads, each with a database of its own, brought to the same place before they go on."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import event, text

from shared.db import Database
from tests.city import eventually

T = TypeVar("T")


def at_once(database: Database, table: str, *acts: Callable[[], T], rows: bool = False) -> list[T]:
    """What each act came to: all come as far as writing to the table, and go on together from there.

    With `rows` they wait for the rows that are there. On SQLite whoever writes first keeps the others from beginning.
    """
    lock = f"SELECT 1 FROM {table} FOR UPDATE" if rows else f"LOCK TABLE {table} IN EXCLUSIVE MODE"
    with ThreadPoolExecutor(len(acts)) as threads:
        with database.writing() as session:
            if not database.is_sqlite:
                session.execute(text(lock))
            running = [threads.submit(act) for act in acts]
            if not database.is_sqlite:
                assert eventually(lambda: waiting(database), lambda count: count == len(acts)) == len(acts)
        return [each.result() for each in running]


def waiting(database: Database) -> int:
    """How many of a PostgreSQL database's sessions wait for another."""
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.reading() as session:
        return int(session.execute(statement).scalar_one())


@contextmanager
def troubles(*databases: Database) -> Iterator[Sequence[str]]:
    """The SQLSTATE of every error that these databases answer meanwhile."""
    met: list[str] = []

    def meet(context: object) -> None:
        met.append(getattr(getattr(context, "original_exception", None), "sqlstate", None) or "")

    for database in databases:
        event.listen(database.engine, "handle_error", meet)
    yield met
    for database in databases:
        event.remove(database.engine, "handle_error", meet)
