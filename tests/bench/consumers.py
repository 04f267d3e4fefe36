"""P3: how many events a second quota's consumer counts: Apache Kafka on one side, PostgreSQL on the other.

For each pair the same events are put on the bus once more and counted by a process on a fresh database. Beside it: a
bare kafka-python consumer that writes the records' bytes down, one that does nothing with them, and COPY of the rows
that counting them made, into the same tables with the same indexes and constraints. Then one process and two that
share the partitions, each on a processor of its own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, create_engine

from shared.db import Database
from shared.migrations import migrate
from tests.bench.events import REGISTRATIONS, Topic, topic
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.pgbench import libpq, rows_of
from tests.city import TIMEOUT, eventually
from tests.databases import PostgresDatabases
from tests.quota.given import apply

OF_READING = Target("ratio", "more", 0.25)
OF_COPY = Target("ratio", "more", 0.5)
GROUP = "talent.quota"
TWO_PAIRS = 3  # of what is only reported

Table = tuple[str, bytes]  # its name, and its rows as COPY writes them


class Counting:
    """Counts what is published, each time on a fresh database."""

    def __init__(self, databases: PostgresDatabases, folder: Path, published: Topic) -> None:
        self._databases = databases
        self._folder = folder
        self._topic = published
        self.raw = libpq(databases.like("empty", lambda _: None))
        self._topic.publish()
        self._rows = self._rows_of_a_count()

    def rate(self) -> float:
        """Events a second of one process: from when the first are counted until all are."""
        with self._database() as url, self._consuming(url):
            first, started = eventually(partial(rows_of, url, "inbox"), bool), time.perf_counter()
            self._wait_until_counted(url)
            return (len(self._topic) - first) / (time.perf_counter() - started)

    def shared_by(self, processors: Sequence[int]) -> float:
        """Events a second from when the first is published, of one process on each of these processors."""
        with self._database() as url, ExitStack() as until_the_end:
            for each in processors:
                until_the_end.enter_context(self._consuming(url, "taskset", "-c", str(each)))
            joined = eventually(partial(self._topic.members, GROUP), lambda members: members == len(processors))
            assert joined == len(processors)
            started = time.perf_counter()
            self._topic.publish()
            self._wait_until_counted(url)
            return len(self._topic) / (time.perf_counter() - started)

    def copied(self) -> float:
        """Events a second, if their rows are all there is to write."""
        with self._database() as url, psycopg.connect(libpq(url)) as connection:
            started = time.perf_counter()
            for name, rows in self._rows:
                statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(name))
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(rows)
            connection.commit()
            took = time.perf_counter() - started
            assert rows_of(url, "inbox") == len(self._topic)
        return len(self._topic) / took

    def _rows_of_a_count(self) -> list[Table]:
        """The rows of every table that counting fills."""
        with self._database() as url:
            empty = {name for name in _tables(url) if not rows_of(url, name)}
            with self._consuming(url):
                self._wait_until_counted(url)
            filled = [name for name in _tables(url) if name in empty and rows_of(url, name)]
            with psycopg.connect(libpq(url)) as connection, connection.cursor() as cursor:
                return [(name, _copy_of(cursor, name)) for name in filled]

    def _wait_until_counted(self, url: str) -> None:
        wanted = len(self._topic)
        assert eventually(partial(rows_of, url, "inbox"), lambda rows: rows == wanted) == wanted
        assert rows_of(url, "registration_seen") == REGISTRATIONS
        assert rows_of(url, "dead_letter") == 0

    @contextmanager
    def _database(self) -> Iterator[str]:
        """A database with the policy in force, until the end of the block."""
        url = self._databases.like("counting", _city)
        yield url
        self._databases.drop(url)

    @contextmanager
    def _consuming(self, database: str, *before: str) -> Iterator[None]:
        """Quota's consumer as the process it is in production."""
        config = {"TALENT_ENVIRONMENT": "demo", "TALENT_DATA_DIR": str(self._folder)}
        config |= {"TALENT_QUOTA_DATABASE_URL": database, "TALENT_BUS_URL": self._topic.broker.url}
        words = [*before, sys.executable, "-m", "services.quota", "consume"]
        process = subprocess.Popen(words, env=os.environ | config)
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(TIMEOUT) == 0


def _city(database: Database) -> None:
    migrate("quota", database.engine)
    apply(database)


def _tables(url: str) -> list[str]:
    """The tables of a database, those that are referred to first."""
    found, engine = MetaData(), create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    found.reflect(engine)
    engine.dispose()
    return [table.name for table in found.sorted_tables]


def _copy_of(cursor: "psycopg.Cursor[tuple[int]]", table: str) -> bytes:
    with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(each) for each in copy)


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Events a second of quota's consumer beside each reference, and of two beside one."""
    with topic(folder) as published:
        counting = Counting(databases, folder, published)

        sides: list[Callable[[], float]] = [
            counting.rate,
            lambda: published.read(counting.raw),
            lambda: published.read(None),
            counting.copied,
        ]
        for side in sides[1:3]:
            side()
        ours, written, idle, copied = in_turn(*sides, before=published.publish)
        cores = sorted(os.sched_getaffinity(0))[:2]
        two, one = in_turn(lambda: counting.shared_by(cores), lambda: counting.shared_by(cores[:1]), pairs=TWO_PAIRS)
    unit = "events/s"
    return [
        line("counting ÷ bare reader that writes bytes down", unit, ours, written, OF_READING),
        line("counting ÷ bare reader that does nothing", unit, ours, idle),
        line("counting ÷ COPY of the same rows", unit, ours, copied, OF_COPY),
        line("two consumers ÷ one, each on a core of its own", unit, two, one),
    ]
