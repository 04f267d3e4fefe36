"""`make guard`: what the product costs beside the plain endpoint, by measures that a busy machine leaves as they are.

Processor seconds of the processes themselves, asked in turn, and counts of statements and commits; nothing here looks
at a clock on the wall. A figure is a cost: it fails where what was recorded is below two thirds of it. The figures
recorded are those of `bench/recorded.json`; `python -m tests.bench.guard record` writes them anew.
"""

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import httpx

from services.quota.consumers import HANDLERS
from shared.bus import Record
from shared.consumer import Consumer
from shared.contracts.published import PUBLISHED
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from shared.migrations import migrate
from tests.bench.events import events, signed_together
from tests.bench.load import ask_all
from tests.bench.pairs import in_turn
from tests.bench.people import newcomers
from tests.bench.pgbench import rows_of, unpublished
from tests.bench.processes import cpu_seconds
from tests.bench.report import ROOT
from tests.bench.serving import Serving, plain, registry
from tests.bench.statements import logged
from tests.city import TIMEOUT, eventually
from tests.databases import PostgresDatabases
from tests.quota.given import apply
from tests.servers.postgres import HOW, Postgres, binaries
from tests.signing import SIGNERS, TRUSTED

RECORDED = ROOT / "bench" / "recorded.json"
AT_LEAST = 2 / 3  # of what is recorded
SINGLY, IN_A_BATCH, COUNTED = 160, 600, 1_500
TABLES = ("registration", "step", "outbox", "audit")  # no others: who compares people later writes their fingerprints
RATIOS = (
    "processor time of a registration ÷ of a plain request",
    f"processor time of one of {IN_A_BATCH} in a call ÷ of a plain request",
    "processor time of counting an event ÷ of a plain request",
)


class Watched:
    """The processes whose costs are compared."""

    def __init__(self, registry: Serving, plain: Serving, server: Postgres) -> None:
        self._registry = registry
        self._plain = plain
        self._server = server

    def singly(self) -> float:
        """Processor seconds of the registry for a registration over 32 connections."""
        return self._registering(SINGLY, self._send_singly)

    def in_a_batch(self) -> float:
        """Processor seconds of the registry for one of a batch."""
        return self._registering(IN_A_BATCH, self._send_batch)

    def plainly(self) -> float:
        """Processor seconds of the plain endpoint for a request over 32 connections."""
        before, bodies = cpu_seconds(self._plain.pid), _bodies(SINGLY)
        statuses = {status for status, _ in ask_all(self._plain.port, "/v1/registrations", "", bodies).answers}
        assert statuses == {httpx.codes.CREATED}
        return (cpu_seconds(self._plain.pid) - before) / SINGLY

    def counts(self) -> dict[str, float]:
        """Statements of a commit that registers one person, and many; and the commits that many in a call need."""
        with logged(self._server, self._registry.database) as found:
            self._post("/v1/registrations", newcomers(1)[0])
        one = found.inserting(*TABLES)
        with logged(self._server, self._registry.database) as found:
            self._send_batch()
        many = found.inserting(*TABLES)
        return {
            "statements of a call that registers one": sum(map(len, one)),
            f"statements of a call that registers {IN_A_BATCH}": sum(map(len, many)),
            "commits of a call that registers one": len(one),
            f"commits of a call that registers {IN_A_BATCH}": len(many),
        }

    def _registering(self, count: int, send: Callable[[], None]) -> float:
        left = partial(unpublished, self._registry.database)
        assert eventually(left, lambda rows: rows == 0) == 0  # else the relay's work for the last is counted
        before = cpu_seconds(self._registry.pid)
        send()
        return (cpu_seconds(self._registry.pid) - before) / count

    def _send_singly(self) -> None:
        answers = ask_all(self._registry.port, "/v1/registrations", self._registry.clerk, _bodies(SINGLY)).answers
        assert {status for status, _ in answers} == {httpx.codes.CREATED}, answers[0]

    def _send_batch(self) -> None:
        items = self._post("/v1/registrations/batch", {"items": newcomers(IN_A_BATCH)})["items"]
        assert {item["status"] for item in items} == {httpx.codes.CREATED}, items[0]

    def _post(self, path: str, body: object) -> dict[str, list[dict[str, int]]]:
        headers = {"Authorization": f"Bearer {self._registry.clerk}"}
        answer = httpx.post(self._registry.url + path, json=body, headers=headers, trust_env=False, timeout=TIMEOUT)
        found: dict[str, list[dict[str, int]]] = answer.raise_for_status().json()
        return found


class Prepared:
    """A bus that has some records at each poll, the next ones each time."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records

    def poll(self, seconds: float) -> list[Record]:
        """The next ones."""
        return list(itertools.islice(self._records, COUNTED))

    def ends(self) -> dict[tuple[str, int], int]:
        """Everything is signed."""
        return {}

    def commit(self, records: Sequence[Record]) -> None:
        """Nothing is to be remembered."""

    def rewind(self, records: Sequence[Record]) -> None:
        """What could not be counted is no measure."""
        raise AssertionError(records[0])

    def close(self) -> None:
        """Nothing is held."""


class Counting:
    """Quota's consumer in this process, over a database with the policy in force."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        migrate("quota", self._database.engine)
        apply(self._database)
        topic = RegistrationEvent.topic
        records = (
            Record(topic, 0, n, each.key, each.body)
            for n, each in enumerate(signed_together(events(), SIGNERS[RegistrationEvent.source]))
        )
        self._consumer = Consumer("quota", self._database, Prepared(records), HANDLERS, PUBLISHED, TRUSTED)
        self._url = url

    def counted(self) -> float:
        """Processor seconds of this process for an event."""
        before, rows = time.process_time(), rows_of(self._url, "inbox")
        assert self._consumer.run_once() == COUNTED
        took = time.process_time() - before
        assert rows_of(self._url, "inbox") == rows + COUNTED
        return took / COUNTED


def _bodies(count: int) -> list[bytes]:
    return [json.dumps(each).encode() for each in newcomers(count)]


def costs(server: Postgres, databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """The figures: medians of the ratios of some pairs, and counts."""
    counting = Counting(databases.like("empty", lambda database: None))
    with registry(databases, folder) as registering, plain(databases) as simple:
        them = Watched(registering, simple, server)
        sides = (them.plainly, them.singly, them.in_a_batch, counting.counted)
        for first in sides:  # what is first of its kind is slow
            first()
        plainly, *found = in_turn(*sides)
        counts = them.counts()
    ratios = (statistics.median(ours / theirs for ours, theirs in zip(side, plainly, strict=True)) for side in found)
    return {name: round(ratio, 3) for name, ratio in zip(RATIOS, ratios, strict=True)} | counts


def too_dear(found: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """The figures that cost so much that what was recorded is below two thirds of it, and those never recorded."""
    return [name for name, cost in found.items() if recorded.get(name, 0) < AT_LEAST * cost]


def measured() -> dict[str, float]:
    """The figures of this tree on this machine."""
    installed = binaries()
    if not installed:
        raise SystemExit(HOW)
    server = Postgres(installed, looked_through=False)
    server.start()
    databases = PostgresDatabases(server.url)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return costs(server, databases, Path(folder))
    finally:
        databases.close()
        server.close()


def main() -> None:
    """Compare with what is recorded, or record; exit 1 where a figure fell below two thirds."""
    found = measured()
    if sys.argv[1:] == ["record"]:
        RECORDED.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    recorded = json.loads(RECORDED.read_text())
    dear = too_dear(found, recorded)
    for name, cost in found.items():
        verdict = "  ← 过高 · too dear" if name in dear else ""
        print(f"{name}: {cost:g}（已记 recorded {recorded.get(name, '–')}）{verdict}", flush=True)
    raise SystemExit(bool(dear))


if __name__ == "__main__":
    main()
