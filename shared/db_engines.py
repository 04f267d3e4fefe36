"""How databases are connected to: SQLite by default, PostgreSQL in production."""

import time
from typing import Any

from pydantic_core import from_json
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

OTHERS = 6  # beside the readers: writer, relay, consumer, a worker of the service, pruning, wake-ups
RESTED = 1.0  # seconds unused, after which a connection may have been cut off by a server that started anew
READERS = 4  # more threads fight over the interpreter and answer fewer requests (measured)

# What a connection to PostgreSQL is given unless its URL says otherwise. A server that is gone is noticed within a
# minute, and so is a client that was stopped in mid-transaction: it holds no lock for longer.
SETTINGS = (
    "idle_in_transaction_session_timeout=60s",
    "random_page_cost=1.1",  # disks without heads: what an index finds is near
    "parallel_setup_cost=20000",  # a worker takes as long to start (10 ms) as ten small questions to answer
)
CONNECTING = {
    "connect_timeout": "5",
    "application_name": "talent",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "options": " ".join(f"-c {each}" for each in SETTINGS),
}


def postgresql_engines(url: URL) -> tuple[Engine, Engine]:
    """The engine that writes and the one that reads, over one pool.

    A writer sees what others commit meanwhile, which is what locking and looking again needs. A reader sees one
    moment in all its statements, as on SQLite.
    """
    chosen = {name: value for name, value in CONNECTING.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").update_query_dict(chosen),
        hide_parameters=True,
        json_deserializer=from_json,
        pool_size=READERS + OTHERS,
        isolation_level="READ COMMITTED",
    )
    _look_at_idle(engine)
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _look_at_idle(engine: Engine) -> None:
    """Have connections that rested looked at before they are used again, and all made anew where the server is gone.

    As `pool_pre_ping` does each time, which is one round trip of a dozen where many write.
    """

    @event.listens_for(engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _: Any) -> None:
        now = time.monotonic()
        if now - record.info.get("used_at", now) > RESTED:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise InvalidatePoolError from None


def sqlite_engine(url: URL, *, writes: bool) -> Engine:
    """An engine over a file; one that writes says so from the beginning of each transaction."""
    engine = create_engine(
        url, hide_parameters=True, json_deserializer=from_json, pool_size=READERS, connect_args={"timeout": 30}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A reader that turns writer fails at once with "database is locked"; a writer says so from the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class BadDatabaseUrl(ValueError):
    """A URL that names no database we know; the text says what it must be, and repeats nothing of it."""


def parsed_url(url: str) -> URL:
    """The URL of a database that we know. Raises BadDatabaseUrl."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadDatabaseUrl("must read postgresql://user:password@host:port/name or sqlite:///file")
    return parsed
