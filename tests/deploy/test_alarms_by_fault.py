"""Every alarm is fired by its fault: services in this process are brought into it, and what they then measure fires it.

Time passes by the clock of the product, and no wait is for that. A disk that fills up is measured by node_exporter and
no part of ours: what that said of a file system before and after it was filled up is written down.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text, update

from services.notify.main import service as notify
from services.quota.main import service as quota
from services.quota.seats.models import SEAT
from services.quota.seats.rules import SeatState
from shared import clock, db_clock
from shared.bus import Outgoing
from shared.contracts.self_check import SelfCheckStarted
from shared.ids import new_id
from shared.outbox import announce
from shared.self_checks import begin
from shared.service_tables import dead_letter, self_check
from tests.chain import Chain
from tests.city import free_ports
from tests.conftest import Migrated
from tests.databases import SQLiteDatabases
from tests.deploy.scraping import RULES, Series, fired, of_machine, scraped
from tests.quota.seats.places import capped, claim
from tests.registry.conftest import Registry
from tests.registry.imports.files import csv_of, number, row, run, upload

FIRED = {"SelfCheckLate": 3, "ClocksApart": 3, "DeadLetters": 2, "ConsumerBehind": 2}  # by how many
CLERK = "institution-a-clerk"


@pytest.fixture(scope="module")
def databases(sqlite_databases: SQLiteDatabases) -> SQLiteDatabases:
    """What is measured is read by the same statements of both kinds, which have tests of their own."""
    return sqlite_databases


@dataclass
class Watched:
    """Three services over one bus, and what a Prometheus would scrape of them."""

    chain: Chain
    registry: Registry
    services: dict[str, TestClient]
    monkeypatch: pytest.MonkeyPatch

    def scrape(self) -> Series:
        """All three, as they are now."""
        return {key: value for name, http in self.services.items() for key, value in scraped(http, name).items()}

    def after(self, **time: float) -> Series:
        """All three, once that much time has passed."""
        self.pass_by(**time)
        found = self.scrape()
        self.monkeypatch.undo()
        return found

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        later = clock.now() + timedelta(**time)
        self.monkeypatch.setattr(clock, "now", lambda: later)


@pytest.fixture
def watched(migrated: Migrated, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """All is well: the self-check of the day is through, and nothing waits. Mail goes to a server that is dead."""
    environment = {"HOST": "127.0.0.1", "PORT": str(free_ports(1)), "TLS": "none"}
    for name, value in environment.items():
        monkeypatch.setenv(f"TALENT_SMTP_{name}", value)
    with ExitStack() as made, pytest.MonkeyPatch.context() as clocks:
        chain = Chain(migrated)
        made.callback(chain.close)
        with chain.links["registry"].context.database.writing() as session:
            begin(session, new_id())
        chain.go()
        registry = made.enter_context(chain.serving())
        apps = {each.name: each.app(chain.links[each.name].context) for each in (quota, notify)}
        others = {name: made.enter_context(TestClient(app)) for name, app in apps.items()}
        yield Watched(chain, registry, {"registry": registry.http} | others, clocks)


def a_service_is_gone(watched: Watched) -> Series:
    with httpx.Client(base_url=f"http://127.0.0.1:{free_ports(1)}", trust_env=False) as http:
        return watched.scrape() | scraped(http, "portal")


def a_clock_is_an_hour_off(watched: Watched) -> Series:
    watched.monkeypatch.setattr(db_clock, "time", SimpleNamespace(time=lambda: time.time() + 3600))
    found = watched.scrape()
    watched.monkeypatch.undo()
    return found


def a_table_is_gone(watched: Watched) -> Series:
    database, there = watched.chain.links["notify"].context.database, self_check.name
    for renamed in (f"{there} RENAME TO elsewhere", f"elsewhere RENAME TO {there}"):
        with database.writing() as session:
            session.execute(text(f"ALTER TABLE {renamed}"))
        if renamed.startswith(there):
            assert watched.services["notify"].get("/readyz").status_code == 503
            found = watched.scrape()
    return found


def somebody_holds_a_lock(watched: Watched) -> Series:
    database = watched.chain.links["registry"].context.database
    with ThreadPoolExecutor(1) as beside:
        with database.writing() as session:
            session.execute(select(1))
            answer = beside.submit(watched.registry.register, CLERK)
            assert not wait([answer], 1.1).done
        assert answer.result().status_code == 201
    watched.chain.relay("registry")
    return watched.scrape()


def the_relay_stands_still(watched: Watched) -> Series:
    assert watched.registry.register(CLERK, id_number=number(2)).status_code == 201
    return watched.after(minutes=2)


def a_receiver_is_dead(watched: Watched) -> Series:
    watched.chain.go()
    for seconds in (10, 360):  # tried again, and the next try is in half an hour
        watched.pass_by(seconds=seconds)
        watched.chain.send()
    return watched.after(minutes=1)


def nobody_reads_the_bus(watched: Watched) -> Series:
    with watched.chain.links["registry"].context.database.writing() as session:
        announce(session, *(SelfCheckStarted(check_id=new_id(), started_at=clock.now()) for _ in range(1001)))
    while watched.chain.relay("registry"):
        pass
    return watched.scrape()


def an_event_is_none(watched: Watched) -> Series:
    contexts = [watched.chain.links[name].context for name in ("quota", "notify")]
    contexts[0].bus.publish([Outgoing(SelfCheckStarted.topic, "k", b"no event")])
    watched.chain.go()
    found = watched.scrape()
    for context in contexts:
        with context.database.writing() as session:
            session.execute(update(dead_letter).values(resolved_at=clock.now()))
    return found


def no_self_check_begins(watched: Watched) -> Series:
    return watched.after(hours=27)


def the_registry_says_no_more(watched: Watched) -> Series:
    database = watched.chain.links["quota"].context.database
    capped(database)
    claim(database, "a")
    found = watched.scrape()
    with database.writing() as session:
        session.execute(update(SEAT).values(state=SeatState.RELEASED))
    watched.chain.go()
    return found


def nobody_works_on_an_import(watched: Watched) -> Series:
    assert upload(watched.registry, csv_of([row(1)])).status_code == 202
    found = watched.scrape()
    run(watched.registry)
    return found


def connections_are_not_given_back(watched: Watched) -> Series:
    with ExitStack() as held:
        for _ in range(9):
            held.enter_context(watched.chain.links["quota"].context.database.reading()).execute(select(1))
        return watched.scrape()


def a_disk_fills_up(watched: Watched) -> Series:
    return watched.scrape() | of_machine("full")


FAULTS: dict[str, Callable[[Watched], Series]] = {
    "SelfCheckLate": no_self_check_begins,
    "ClocksApart": a_clock_is_an_hour_off,
    "ServiceDown": a_service_is_gone,
    "ServerErrors": a_table_is_gone,
    "SlowAnswers": somebody_holds_a_lock,
    "DeadLetters": an_event_is_none,
    "SeatsStayHeld": the_registry_says_no_more,
    "ImportsStandStill": nobody_works_on_an_import,
    "DiskAlmostFull": a_disk_fills_up,
    "ConnectionsUsedUp": connections_are_not_given_back,
    "EventsNotPublished": the_relay_stands_still,
    "AlertsNotDelivered": a_receiver_is_dead,
    "ConsumerBehind": nobody_reads_the_bus,
}


def test_every_alarm_is_fired_by_its_fault_and_by_that_alone(watched: Watched, tmp_path: Path) -> None:
    assert {rule["alert"] for rule in RULES} == FAULTS.keys()
    cases: dict[str, tuple[Series, Series, dict[str, int]]] = {
        "well": (watched.scrape(), watched.scrape() | of_machine("room"), {})
    }
    for alarm, fault in FAULTS.items():
        before = watched.scrape()
        cases[alarm] = before, fault(watched), {alarm: FIRED.get(alarm, 1)}
    assert not fired(tmp_path, cases)
