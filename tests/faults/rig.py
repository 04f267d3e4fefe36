"""The fault rig: registrations come in while things break; an independent ledger knows what must be true afterwards.

The oracle trusts nothing but answers: it notes each registration that was answered and each revocation that was
granted, asks again under the same Idempotency-Key whenever an answer was lost, and at the end compares everybody's
books with its own. Every choice is drawn from one seed, which the report prints.
"""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from shared.bus import Outgoing
from shared.bus.embedded import EmbeddedBus
from tests.city import City
from tests.fixtures import person

PROGRAMME = "youth-intake"
TOPIC = "talent.registry.v1"
CLIENTS = 8
PERCENTS = [25, 50, 75, 90, 100]
LONGER_THAN_THE_LEASE = 17.0  # seconds; shared.relay holds its lease for 15
WITHIN = 120.0  # seconds until the books must agree after the last fault


@dataclass
class Ledger:
    """What the oracle was told: ids by serial number, and which of them are revoked."""

    registered: dict[int, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    tries: Counter[str] = field(default_factory=Counter)

    @property
    def standing(self) -> int:
        """How many count."""
        return len(self.registered) - len(self.revoked)


@dataclass
class Report:
    """What a run did and what it found; `wrong` is empty when every promise held."""

    seed: int
    sent: int
    faults: Counter[str]
    tries: Counter[str]
    wrong: list[str]

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        return (
            f"seed {self.seed}: {self.sent} registrations, faults: {faults}; "
            f"asked again {self.tries['lost answer']} times after a lost answer, "
            f"{self.tries['unavailable']} after 503; wrong: {self.wrong or 'nothing'}"
        )


class Rig:
    """One run against one city."""

    def __init__(self, city: City, seed: int, registrations: int, kinds: list[str]) -> None:
        self.city = city
        self.seed = seed
        self.lots = random.Random(seed)
        self.registrations = registrations
        self.kinds = kinds
        self.ledger = Ledger()
        self.faults: Counter[str] = Counter()
        self.garbage = 0
        self.answered = threading.Semaphore(0)
        self.clerk, self.bureau, self.second = (
            city.client(name) for name in ("institution-a-clerk", "bureau", "bureau-2")
        )

    def run(self) -> Report:
        """Define a quota that the run will fill exactly, break things while it fills, and audit the books."""
        self._define_quota()
        revocations = self.lots.sample(range(self.registrations), self.registrations // 20)
        with ThreadPoolExecutor(CLIENTS) as clients:
            tasks = [clients.submit(self._one, n, n in revocations) for n in range(self.registrations)]
            for kind in self.kinds:
                self._wait_for_answers(self.registrations // (len(self.kinds) + 1))
                getattr(self, kind)()
                self.faults[kind] += 1
            _raise_first(tasks)
        return Report(self.seed, self.registrations, self.faults, self.ledger.tries, self._audit())

    def _define_quota(self) -> None:
        standing = self.registrations - self.registrations // 20
        wanted = {
            "programme": PROGRAMME,
            "unit": "donghu",
            "kind": "goal",
            "comparison": "at_least",
            "amount": standing,
            "measure": "net_cumulative",
            "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
            "milestones": PERCENTS,
        }
        self.city.client("bureau", "quota").post("/v1/quotas", json=wanted).raise_for_status()

    def _wait_for_answers(self, count: int) -> None:
        for _ in range(count):
            self.answered.acquire()

    def _one(self, serial: int, revoke: bool) -> None:
        body = person(serial, PROGRAMME, fact_date="2019-07-01")
        answer = self._ask(self.clerk, "/v1/registrations", body, f"register-{serial}")
        assert answer.status_code == 201, answer.text
        self.ledger.registered[serial] = answer.json()["id"]
        if revoke:
            self._revoke(answer.json()["id"])
        self.answered.release()

    def _revoke(self, registration: str) -> None:
        wanted = {"action": "revoke", "reason": "故障演练"}
        path = f"/v1/registrations/{registration}/transitions"
        for officer, status in ((self.bureau, 202), (self.second, 200)):
            answer = self._ask(officer, path, wanted, f"revoke-{registration}-{status}")
            assert answer.status_code == status, answer.text
        self.ledger.revoked.add(registration)

    def _ask(self, client: httpx.Client, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """Ask until somebody answers; the same key makes every try the same request."""
        while True:
            try:
                answer = client.post(path, json=body, headers={"Idempotency-Key": f"rig-{key}"})
            except httpx.TransportError:
                self.ledger.tries["lost answer"] += 1
            else:
                if answer.status_code not in (500, 503):
                    return answer
                self.ledger.tries["unavailable"] += 1
            time.sleep(0.05)

    # ------------------------------------------------------------------------------------------------ faults

    def kill(self) -> None:
        """kill -9 of a process; the supervisor starts it again."""
        os.kill(self.city.process_of(self.lots.choice(["registry", "quota", "notify", "portal"])), signal.SIGKILL)

    def pause(self) -> None:
        """A process stands still for longer than every lease, and goes on as if nothing had happened."""
        process = self.city.process_of(self.lots.choice(["registry", "quota"]))
        os.kill(process, signal.SIGSTOP)
        time.sleep(LONGER_THAN_THE_LEASE)
        os.kill(process, signal.SIGCONT)

    def lock(self) -> None:
        """Somebody holds a database, or the bus, for a while."""
        name = self.lots.choice(["registry", "quota", "notify", "bus"])
        with _held(self.city.folder / f"{name}.db"):
            time.sleep(3)

    def echo(self) -> None:
        """Events come again, late and in any order."""
        bus = EmbeddedBus(str(self.city.folder / "bus.db"))
        reading = bus.subscribe("rig", [TOPIC])
        records = reading.poll(0)
        reading.close()
        again = self.lots.sample(records, min(len(records), 200))
        bus.publish([Outgoing(record.topic, record.key or "", record.body) for record in again])
        bus.close()

    def noise(self) -> None:
        """Things that are no events: malformed, unknown, oversized."""
        bodies = [
            self.lots.randbytes(40),
            b'{"specversion":"1.0"}',
            b'{"specversion":"1.0","id":"0190b7d2-0000-7000-8000-000000000000","source":"/registry",'
            b'"type":"registry.registration.recognised.v9","time":"2019-07-01T00:00:00Z","data":{}}',
            b" " * 70_000,
        ]
        bus = EmbeddedBus(str(self.city.folder / "bus.db"))
        bus.publish([Outgoing(TOPIC, "rig", body) for body in bodies])
        bus.close()
        self.garbage += len(bodies)

    def full_disk(self) -> None:
        """No byte is left where the databases are; then there is room again."""
        filler = self.city.folder / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
                    file.flush()
            except OSError:
                pass
        time.sleep(2)
        filler.unlink()

    # ------------------------------------------------------------------------------------------------ the audit

    def _audit(self) -> list[str]:
        """Every promise that does not hold, in a sentence; asks until the books agree or the time is over."""
        until = time.monotonic() + WITHIN
        while (wrong := self._wrong()) and time.monotonic() < until:
            time.sleep(0.5)
        return wrong

    def _wrong(self) -> list[str]:
        return [sentence for check in CHECKS for sentence in check(self)]

    def registry_has_what_was_answered(self) -> Iterator[str]:
        """Promise 1: a registration answered with 2xx is never lost; and none is there twice."""
        found = {each["id"]: each["state"] for each in self._all(self.bureau, "/v1/registrations")}
        lost = set(self.ledger.registered.values()) - set(found)
        surplus = set(found) - set(self.ledger.registered.values())
        if lost or surplus:
            yield f"registry: {len(lost)} lost, {len(surplus)} too many"
        if {id_ for id_, state in found.items() if state == "revoked"} != self.ledger.revoked:
            yield "registry: other revocations than were granted"

    def quota_counts_each_once(self) -> Iterator[str]:
        """Promise 2: every event changes every count exactly once."""
        row = self.city.progress(PROGRAMME)
        wanted = (len(self.ledger.registered), len(self.ledger.revoked), self.ledger.standing)
        if (row["gross"], row["revoked"], row["net"]) != wanted:
            yield f"quota: {(row['gross'], row['revoked'], row['net'])} instead of {wanted}"

    def dead_letters_are_the_garbage(self) -> Iterator[str]:
        """What could not be understood is kept, and nothing else is parked."""
        parked = len(list(self._all(self.city.client("operator", "quota"), "/v1/dead-letters")))
        if parked != self.garbage:
            yield f"quota: {parked} dead letters instead of {self.garbage}"

    def milestones_are_told_once(self) -> Iterator[str]:
        """Promises 4 and 5: every crossing once per episode, and an alert for each."""
        crossings = list(self._all(self.city.client("leader", "quota"), "/v1/milestones", programme=PROGRAMME))
        told = Counter((each["percent"], each["kind"], each["episode"]) for each in crossings)
        twice = {each: times for each, times in told.items() if times > 1}
        if twice:
            yield f"milestones told twice: {twice}"
        standing = {each["percent"] for each in crossings}
        if standing != set(PERCENTS):
            yield f"milestones reached: {sorted(standing)} instead of {PERCENTS}"
        alerts = list(self._all(self.city.client("leader", "notify"), "/v1/alerts", programme=PROGRAMME))
        if len(alerts) != len(crossings):
            yield f"notify: {len(alerts)} alerts for {len(crossings)} crossings"

    def processes_stay_small(self) -> Iterator[str]:
        """No thread and no descriptor is left behind."""
        for service in ("registry", "quota", "notify", "portal"):
            process = Path("/proc") / str(self.city.process_of(service))
            threads, files = len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))
            if threads > 30 or files > 120:
                yield f"{service}: {threads} threads, {files} descriptors"

    def _all(self, client: httpx.Client, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = ""
        while cursor is not None:
            answer = client.get(path, params={"limit": "200"} | asked | ({"cursor": cursor} if cursor else {}))
            page = answer.raise_for_status().json()
            yield from page["items"]
            cursor = page["next"]


CHECKS: tuple[Callable[[Rig], Iterator[str]], ...] = (
    Rig.registry_has_what_was_answered,
    Rig.quota_counts_each_once,
    Rig.dead_letters_are_the_garbage,
    Rig.milestones_are_told_once,
    Rig.processes_stay_small,
)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def _raise_first(tasks: list[Future[None]]) -> None:
    for task in tasks:
        task.result()
