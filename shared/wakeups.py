"""Wake-ups (唤醒): what was just committed wakes whoever waits for it, in this process and in others of the service.

A wake-up carries nothing and may come once for many commits: whoever is woken looks for itself. One that is lost
costs a moment, because everybody also looks now and then.
"""

import asyncio
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from shared.db import Database

CHANNEL = "committed"
AWAITED = "awaited"


def note_awaited(session: Session) -> None:
    """Others wait for what this transaction writes: they are to be woken once it is committed."""
    session.info[AWAITED] = True


def is_awaited(session: Session) -> bool:
    """Whether anybody waits for what this transaction wrote."""
    return AWAITED in session.info


class WakeUp:
    """Sent after a commit; its receivers may be threads, event loops, and whatever carries it further."""

    def __init__(self) -> None:
        self._receivers: list[Callable[[], None]] = []

    def connect(self, receiver: Callable[[], None]) -> None:
        """Call this at each wake-up, from any thread; it must not wait."""
        self._receivers.append(receiver)

    def send(self, besides: Callable[[], None] | None = None) -> None:
        """Wake every receiver, besides the one it came from."""
        for receiver in tuple(self._receivers):
            if receiver != besides:
                receiver()

    def event(self) -> threading.Event:
        """An event of the caller's own, set at each wake-up."""
        event = threading.Event()
        self.connect(event.set)
        return event

    @contextmanager
    def awaited(self) -> Iterator[asyncio.Event]:
        """The same for a coroutine, until the end of the block."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
                loop.call_soon_threadsafe(event.set)

        self.connect(wake)
        try:
            yield event
        finally:
            self._receivers.remove(wake)


class WakeUpCarrier:
    """Carries wake-ups between the processes of a service that share a PostgreSQL (LISTEN, NOTIFY).

    It notifies after the commit, on a connection of its own: no transaction waits for it.
    """

    def __init__(self, database: Database, wake_up: WakeUp) -> None:
        self._database = database
        self._wake_up = wake_up
        self._connection: Connection | None = None
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        wake_up.connect(self.wake)

    def wake(self) -> None:
        """Let the others know, soon."""
        with suppress(BlockingIOError):  # it is full, and so awake
            self._waker.send(b"\0")

    def run_once(self) -> int:
        """Wait for a wake-up from here or from elsewhere, and carry it over; always one."""
        if self._connection is None:
            self._connection = self._listening()
            self._wake_up.send(besides=self.wake)  # nobody listened until now
        try:
            self._carry(self._connection)
        except (SQLAlchemyError, psycopg.Error):
            self.close()  # connecting anew says what is wrong
        return 1

    def close(self) -> None:
        """Let go of the connection, which listens and is of no use to others."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _listening(self) -> Connection:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        return connection

    def _carry(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        with selectors.DefaultSelector() as either:
            for each in (driver, self._woken):
                either.register(each, selectors.EVENT_READ)
            either.select()
        with suppress(BlockingIOError):
            self._woken.recv(4096)
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
        if any(each.pid != driver.info.backend_pid for each in driver.notifies(timeout=0)):
            self._wake_up.send(besides=self.wake)
