"""Who waits for what was committed is woken; the next look by itself is hours away in all of these."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from services.notify.main import service as notify
from shared import clock, running
from shared.bus import Outgoing
from shared.contracts.self_check import SelfCheckPassedOn
from shared.db import Database
from shared.event_keys import event_signer
from shared.events import encode
from shared.ids import new_id
from shared.outbox import announce
from shared.relay import waiting
from shared.running import Background, run_loop
from shared.service import Context, Service
from shared.service_tables import SERVICE_TABLES
from shared.wakeups import WakeUp, WakeUpCarrier
from tests.city import eventually
from tests.databases import PostgresDatabases
from tests.shared.toy import NoteTaken


@pytest.fixture(autouse=True)
def hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself in the time of a test."""
    monkeypatch.setattr(running, "IDLE", 7200.0)


@contextmanager
def beside(service: Service, context: Context) -> Iterator[None]:
    """What runs beside a service."""
    background = Background(service, context)
    background.start()
    try:
        yield
    finally:
        background.close()


class Looks:
    """A worker that finds nothing, and counts how often it looked."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> int:
        self.number += 1
        return 0


def test_what_is_committed_wakes_the_relay_and_who_sends(context: Context) -> None:
    looks = Looks()
    with beside(replace(notify, workers={"send": lambda _: looks}), context):
        assert eventually(lambda: looks.number, lambda number: number == 1)
        with context.database.writing() as session:
            announce(session, NoteTaken(text="a"))
        context.committed.send()
        assert eventually(lambda: waiting(context.database), lambda left: not left) == []
        assert eventually(lambda: looks.number, lambda number: number > 1)


def test_what_is_consumed_wakes_too(context: Context) -> None:
    """The consumer wrote what others send."""
    heard, event = context.committed.event(), SelfCheckPassedOn(check_id=new_id(), started_at=clock.now())
    bodies = event_signer(context.settings, "quota").sign([encode(event)])
    context.bus.publish([Outgoing(event.topic, event.key, *bodies)])
    with beside(replace(notify, workers={}), context):
        assert heard.wait(60)


class Side:
    """One process of a service that is spread over several."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.wake_up = WakeUp()
        self.woken = 0
        self.wake_up.connect(self._count)
        self.carrier = WakeUpCarrier(self.database, self.wake_up)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=run_loop, args=("wake-ups", self.carrier.run_once, self._stop))
        self._thread.start()
        assert eventually(lambda: self.woken, lambda woken: woken == 1), "who begins to listen looks first"

    def _count(self) -> None:
        self.woken += 1

    def close(self) -> None:
        """End in good order."""
        self._stop.set()
        self.carrier.wake()
        self._thread.join()
        self.carrier.close()
        self.database.close()


@pytest.fixture
def sides(postgres_databases: PostgresDatabases) -> Iterator[tuple[Side, Side]]:
    """Two processes over one database."""
    url = postgres_databases.like("outbox", lambda made: SERVICE_TABLES.create_all(made.engine))
    both = Side(url), Side(url)
    yield both
    for side in both:
        side.close()


def test_a_wake_up_reaches_the_other_processes_once_and_does_not_come_back(sides: tuple[Side, Side]) -> None:
    first, second = sides
    first.wake_up.send()
    assert eventually(lambda: second.woken, lambda woken: woken == 2) == 2
    second.wake_up.send()
    assert eventually(lambda: first.woken, lambda woken: woken == 3) == 3
    assert (first.woken, second.woken) == (3, 3)


def test_a_connection_that_was_lost_is_opened_anew(sides: tuple[Side, Side]) -> None:
    first, second = sides
    with first.database.writing() as session:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^(LISTEN|NOTIFY)'"
        session.connection().exec_driver_sql(others)
    assert eventually(lambda: min(first.woken, second.woken), lambda woken: woken == 2) == 2
    first.wake_up.send()
    assert eventually(lambda: second.woken, lambda woken: woken == 3) == 3
