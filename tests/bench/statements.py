"""What a database of a PostgreSQL of our own was asked, transaction by transaction, read from the server's log."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from tests.bench.pgbench import libpq
from tests.servers.postgres import Postgres

PREFIX = "%m [%p] %d "  # when, by which session, in which database
ENTRY = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] (\S+) LOG:  (?:statement|execute [^:]+): ", re.MULTILINE)


class Transactions:
    """Those that were committed while statements were logged: the statements of each between BEGIN and COMMIT."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []

    def inserting(self, *tables: str) -> list[list[str]]:
        """Those that put rows into any of these tables."""
        places = [f"INSERT INTO {table} (" for table in tables]
        return [each for each in self.committed if any(place in said for place in places for said in each)]

    def read(self, log: str, database: str) -> None:
        """Take in what a server wrote about one of its databases."""
        parts = ENTRY.split(log)
        open_: dict[str, list[str]] = defaultdict(list)
        for process, place, statement in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            if place != database:
                continue
            if statement.startswith("BEGIN"):
                open_[process] = []
            elif statement.startswith("COMMIT"):
                self.committed.append(open_.pop(process, []))
            else:
                open_[process].append(statement)


@contextmanager
def logged(server: Postgres, url: str) -> Iterator[Transactions]:
    """What is committed in a database within the block; known at its end."""
    found, before = Transactions(), server.log.stat().st_size
    with psycopg.connect(libpq(str(server.url)), autocommit=True) as connection:
        _set(connection, f"ALTER SYSTEM SET log_line_prefix = '{PREFIX}'", "ALTER SYSTEM SET log_statement = 'all'")
        yield found
        _set(connection, "ALTER SYSTEM RESET log_statement")
    with server.log.open(encoding="utf-8", errors="replace") as log:
        log.seek(before)
        found.read(log.read(), str(make_url(url).database))


def _set(connection: "psycopg.Connection[tuple[int]]", *statements: str) -> None:
    for each in statements:
        connection.execute(each.encode())
    connection.execute("SELECT pg_reload_conf()")
    connection.execute("SELECT pg_sleep(1)")  # until every process has read it
