"""The bus of one machine: an append-only log in one SQLite file, shared by the processes of `make run`.

SQLite admits one writer at a time, so positions follow the order of commits and a reader behind a position misses none.
Each group listens at a port of this machine, which stands in the file: whoever publishes sends an empty datagram there.
One that is lost costs a moment, because a reader also looks now and then.
"""

import logging
import select
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from shared.bus import Away, Broken, Outgoing, Record, refuse_oversized
from shared.db_errors import came_up_read_only

log = logging.getLogger(__name__)

LARGEST_POLL = 500  # records
HERE = "127.0.0.1"

END = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0)"
BEHIND = """SELECT count(*) FROM log WHERE topic = :topic AND position > coalesce(
    (SELECT position FROM progress WHERE consumer = :consumer AND topic = :topic), 0)"""
SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
    position INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS log_by_topic ON log (topic, position);
CREATE TABLE IF NOT EXISTS progress (
    consumer TEXT NOT NULL, topic TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (consumer, topic)
);
CREATE TABLE IF NOT EXISTS listening (consumer TEXT PRIMARY KEY, port INTEGER NOT NULL);
"""


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    # Two that open a new file at once do not wait for one another here, whatever the timeout.
    patiently = Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError), stop=stop_after_delay(30), wait=wait_random(0, 0.1)
    )
    patiently(connection.execute, "PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _open_port() -> socket.socket:
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.bind((HERE, 0))
    port.setblocking(False)
    return port


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if came_up_read_only(error):
            raise Broken("the file of the bus could not be written when it was opened, and stays so") from error
        raise


class EmbeddedBus:
    """One file, opened by every process."""

    def __init__(self, path: str) -> None:
        """Raises Away where the file cannot be opened, as on a full disk; OSError where there is no folder for it."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        try:
            self._connection = _connect(path)
            with _writing(self._connection):
                for statement in filter(str.strip, SCHEMA.split(";")):
                    self._connection.execute(statement)
        except sqlite3.Error as error:
            raise Away(f"the bus in {path} cannot be opened: {error}") from error
        self._port = _open_port()

    def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Append in order, in one transaction."""
        refuse_oversized(outgoing)
        with _writing(self._connection):
            self._connection.executemany("INSERT INTO log (topic, key, body) VALUES (?, ?, ?)", outgoing)
        for (port,) in self._connection.execute("SELECT port FROM listening").fetchall():
            with suppress(OSError):
                self._port.sendto(b"", (HERE, port))

    def subscribe(self, group: str, topics: Sequence[str]) -> "EmbeddedSubscription":
        """Read the topics as a group; there is one partition, numbered 0."""
        return EmbeddedSubscription(_connect(self.path), group, topics)

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """How many records of these topics the group has not committed. Raises Away."""
        return sum(self._ask(BEHIND, {"topic": topic, "consumer": group}) for topic in topics)

    def answers(self) -> None:
        """Read from the file. Raises Away if that fails."""
        self._ask(END)

    def _ask(self, question: str, given: Mapping[str, str] | None = None) -> int:
        try:
            with closing(_connect(self.path)) as connection:
                (number,) = connection.execute(question, given or {}).fetchone()
        except sqlite3.Error as error:
            raise Away(f"the bus in {self.path} cannot be read: {error}") from error
        return int(number)

    def close(self) -> None:
        """Close the file."""
        self._port.close()
        self._connection.close()


class EmbeddedSubscription:
    """One group's reading; the position committed is kept in the same file."""

    def __init__(self, connection: sqlite3.Connection, group: str, topics: Sequence[str]) -> None:
        self._connection = connection
        self._group = group
        self._forget_beyond_the_end()
        rows = connection.execute("SELECT topic, position FROM progress WHERE consumer = ?", (group,))
        committed: dict[str, int] = dict(rows.fetchall())
        self._next = {topic: committed.get(topic, 0) for topic in topics}
        self._port = _open_port()
        self._listens = False

    def _forget_beyond_the_end(self) -> None:
        """A position of another log, of which this one has less, would wait for ever: it starts at the beginning.

        What was taken in before changes nothing when it comes again.
        """
        (end,) = self._connection.execute(END).fetchone()
        beyond = (self._group, end)
        found = "SELECT topic FROM progress WHERE consumer = ? AND position > ?"
        if topics := [topic for (topic,) in self._connection.execute(found, beyond)]:
            with _writing(self._connection):
                self._connection.execute("DELETE FROM progress WHERE consumer = ? AND position > ?", beyond)
            log.error("%s stood beyond the end of %s and reads it from the beginning; run verify", self._group, topics)

    def poll(self, seconds: float) -> list[Record]:
        """Up to 500 records after the last ones polled."""
        self._listen()
        until = time.monotonic() + seconds
        while not (found := self._read()) and (left := until - time.monotonic()) > 0:
            select.select([self._port], [], [], left)
            with suppress(BlockingIOError):
                while True:
                    self._port.recv(1)
        return found

    def ends(self) -> dict[tuple[str, int], int]:
        """Behind the last record of all topics, whose positions follow one another."""
        (end,) = self._connection.execute(END).fetchone()
        return {(topic, 0): end + 1 for topic in self._next}

    def _listen(self) -> None:
        """Before the first look: what is published behind it sends word."""
        if self._listens:
            return
        with _writing(self._connection):
            self._connection.execute(
                "INSERT INTO listening (consumer, port) VALUES (?, ?) "
                "ON CONFLICT (consumer) DO UPDATE SET port = excluded.port",
                (self._group, self._port.getsockname()[1]),
            )
        self._listens = True

    def _read(self) -> list[Record]:
        for topic, after in self._next.items():
            rows = self._connection.execute(
                "SELECT position, key, body FROM log WHERE topic = ? AND position > ? ORDER BY position LIMIT ?",
                (topic, after, LARGEST_POLL),
            ).fetchall()
            if rows:
                self._next[topic] = rows[-1][0]
                return [Record(topic, 0, position, key, body) for position, key, body in rows]
        return []

    def commit(self, records: Sequence[Record]) -> None:
        """Keep the newest position of each topic; never moves back."""
        newest = {record.topic: record.position for record in records}
        with _writing(self._connection):
            self._connection.executemany(
                "INSERT INTO progress (consumer, topic, position) VALUES (?, ?, ?) "
                "ON CONFLICT (consumer, topic) DO UPDATE SET position = max(position, excluded.position)",
                [(self._group, topic, position) for topic, position in newest.items()],
            )

    def rewind(self, records: Sequence[Record]) -> None:
        """Go back to before the oldest of these."""
        for record in records:
            self._next[record.topic] = min(self._next[record.topic], record.position - 1)

    def close(self) -> None:
        """Close the file."""
        self._port.close()
        self._connection.close()
