"""Ten million registrations told straight into the topic: are counts exact, and does each cost the same to the end?

`python -m tests.bench.simulation [REGISTRATIONS]`; the whole of it takes forty minutes to an hour on two cores, and no
other line of the benchmark includes it. Apache Kafka on one side, PostgreSQL with its disk flushes on the other,
quota's consumer between them as the process that it is in production. Five years pass meanwhile: what is recognised on
a day is learnt within ten. What an event costs is processor time, of the consumer and of PostgreSQL, so that a busy
machine says the same. Ctrl-C ends it early: what was told until then is counted and compared.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import psycopg

from shared.bus import Away, Bus, Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.contracts.registration import RegistrationRecognised, RegistrationState
from shared.db import Database
from shared.ids import new_id
from shared.migrations import migrate
from tests.bench.events import PROGRAMMES, PUBLISHED_AT_ONCE, UNITS, demo_signer, signed_together
from tests.bench.pgbench import libpq
from tests.bench.processes import cpu_seconds
from tests.city import TIMEOUT
from tests.databases import PostgresDatabases
from tests.quota.given import apply
from tests.servers.kafka import Broker
from tests.servers.postgres import HOW, Postgres, binaries

MANY = 10_000_000
PARTS = 10
AHEAD = 100_000  # events that may wait in the topic
WITHIN = 0.2  # of the first part, the last one costs as much
BEGAN, YEARS = datetime(2018, 1, 1, 4, tzinfo=UTC), timedelta(1825)
# By which programmes each quota counts of those told here.
COUNTED_BY = {
    "T01": ("top-talent",),
    "T06": ("skilled-workers", "highly-skilled-workers"),
    "T07": ("skilled-workers", "highly-skilled-workers"),  # from level 3 up
    "T11": ("youth-intake",),
    "T13": ("public-welfare-posts",),
}
HEADS = (
    "SELECT quota.code, headcount.unit, headcount.gross, headcount.in_stock FROM headcount JOIN quota "
    "ON quota.id = headcount.quota_id WHERE quota.code = ANY(%s) AND quota.parent_id IS NULL"
)
# The programmes of these three add up to all that was told.
COUNTED = (
    "SELECT coalesce(sum(gross), 0)::bigint FROM headcount JOIN quota ON quota.id = headcount.quota_id "
    "WHERE quota.code IN ('T01', 'T06', 'T11', 'T13') AND headcount.unit = '' AND quota.parent_id IS NULL"
)

Tally = Counter[tuple[str, str]]  # registrations by programme and unit


class Cost(NamedTuple):
    """What was used up to a moment: processor seconds of the consumer and of PostgreSQL, and seconds of the wall."""

    counting: float
    storing: float
    wall: float

    def since(self, before: "Cost") -> "Cost":
        """What was used from another moment on."""
        return Cost(*(now - then for now, then in zip(self, before, strict=True)))


def registrations(many: int, published: Tally) -> Iterator[RegistrationRecognised]:
    """So many, in the order in which they are learnt, each of somebody else; they are added to the tally."""
    programmes, institution = list(PROGRAMMES.items()), new_id()
    for n in range(many):
        programme, classes = programmes[n % len(programmes)]
        unit, learnt = UNITS[n // 7 % len(UNITS)], BEGAN + YEARS * (n / many)
        published[programme, unit] += 1
        yield RegistrationRecognised(
            time=learnt,
            registration_id=new_id(),
            version=1,
            subject_ref=new_id(),
            subject_kind="post" if programme == "public-welfare-posts" else "person",
            programme=programme,
            institution_id=institution,
            reporting_unit=unit,
            state=RegistrationState.RECOGNISED,
            counted_on=max(BEGAN, learnt - timedelta(n * 7 % 10)).date(),
            classes=dict(classes),
        )


def expected(published: Tally) -> dict[tuple[str, str], int]:
    """The heads of each quota in each unit, and in the whole (''), by nothing but the tally."""
    found: Counter[tuple[str, str]] = Counter()
    for code, programmes in COUNTED_BY.items():
        for (programme, unit), count in published.items():
            if programme in programmes:
                found.update({(code, unit): count, (code, ""): count})
    return dict(found)


class Simulation:
    """A consumer at work over a database and a topic, and what it has cost so far."""

    def __init__(self, server: Postgres, database: str, broker: Broker, consumer: int) -> None:
        self._server, self._broker, self._consumer = server, broker, consumer
        self._connection = psycopg.connect(libpq(database), autocommit=True)
        self.published: Tally = Counter()
        self.stopped = False

    def run(self, many: int, keys: Path) -> Iterator[Cost]:
        """Tell all of them, never far ahead of what is counted; the cost of each part as soon as it is counted."""
        signer, coming = demo_signer(keys), registrations(many, self.published)
        before, bounds = self._cost(), [many * part // PARTS for part in range(1, PARTS + 1)]
        ahead = min(AHEAD, many // PARTS // 2)
        with closing(open_bus(Settings(environment="demo", bus_url=self._broker.url))) as bus:
            for published in range(0, many, PUBLISHED_AT_ONCE):
                if self.stopped:
                    break
                some = signed_together(islice(coming, PUBLISHED_AT_ONCE), signer)
                while not _taken(bus, some):
                    time.sleep(1)
                ended = published + len(some) == many
                while bounds and self._wait(bounds[0] if ended else published - ahead) >= bounds[0]:
                    now = self._cost()
                    yield now.since(before)
                    before, _ = now, bounds.pop(0)
        self._wait(self.published.total())

    def _wait(self, least: int) -> int:
        """Wait until at least so many are counted; how many are."""
        while (counted := self._counted()) < least:
            time.sleep(0.1)
        return counted

    def _counted(self) -> int:
        row = self._connection.execute(COUNTED).fetchone()
        assert row
        return int(row[0])

    def _cost(self) -> Cost:
        return Cost(cpu_seconds(self._consumer), cpu_seconds(self._server.pid), time.perf_counter())

    def heads(self) -> dict[tuple[str, str], tuple[int, int]]:
        """What counting made of it: gross and in stock, of each quota in each unit."""
        rows = self._connection.execute(HEADS, [list(COUNTED_BY)]).fetchall()
        return {(code, unit): (gross, in_stock) for code, unit, gross, in_stock in rows}

    def dead(self) -> int:
        """Events that could not be counted."""
        row = self._connection.execute("SELECT count(*) FROM dead_letter").fetchone()
        assert row
        return int(row[0])

    def close(self) -> None:
        """Ask no more."""
        self._connection.close()


def _taken(bus: Bus, some: Sequence[Outgoing]) -> bool:
    """Whether the bus took all of them. Where it did not they are told again, as a relay does, and count once."""
    try:
        bus.publish(some)
    except Away:
        return False
    return True


@contextmanager
def consuming(database: str, bus: str, folder: Path) -> Iterator[int]:
    """Quota's consumer as the process that it is in production."""
    config = {"TALENT_ENVIRONMENT": "demo", "TALENT_DATA_DIR": str(folder)}
    config |= {"TALENT_QUOTA_DATABASE_URL": database, "TALENT_BUS_URL": bus}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.quota", "consume"], env=os.environ | config, start_new_session=True
    )  # Ctrl-C is for us
    try:
        yield process.pid
    finally:
        process.terminate()
        assert process.wait(TIMEOUT) == 0


@contextmanager
def simulation(server: Postgres, folder: Path) -> Iterator[Simulation]:
    """A broker without records, a database with nothing but the policy in force, and a consumer between them."""
    databases, broker = PostgresDatabases(server.url), Broker(folder / "kafka")
    url = databases.like("city", _city)
    broker.start()
    try:
        demo_signer(folder / "keys")
        with consuming(url, broker.url, folder) as consumer, closing(Simulation(server, url, broker, consumer)) as it:
            yield it
    finally:
        broker.stop()
        databases.drop(url)
        databases.close()


def _city(database: Database) -> None:
    migrate("quota", database.engine)
    apply(database)


def main() -> None:
    """Tell them, show what each part cost, and fail where a count is not exact or the last part costs too much."""
    many, installed = int(sys.argv[1]) if sys.argv[1:] else MANY, binaries()
    if not installed:
        raise SystemExit(HOW)
    server, of_part, costs = Postgres(installed, durable=True), many // PARTS, []
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder, simulation(server, Path(folder)) as it:
            signal.signal(signal.SIGINT, lambda *_: setattr(it, "stopped", True))
            for cost in it.run(many, Path(folder) / "keys"):
                each = [1e6 * value / of_part for value in cost[:2]]
                costs.append(sum(each))
                said = f"{each[0]:.0f} + {each[1]:.0f} = {costs[-1]:.0f} µs"
                print(f"{len(costs) * of_part:>12,}  {said}  {of_part / cost.wall:,.0f} events/s", flush=True)
            wanted = {key: (count, count) for key, count in expected(it.published).items()}
            exact = it.heads() == wanted and not it.dead()
    finally:
        server.close()
    grown = costs[-1] / costs[0] - 1 if costs else 0.0
    print(f"{it.published.total():,}: {len(wanted)} 个计数 counts {'exact' if exact else 'WRONG'}", flush=True)
    print(f"最后一段比第一段 last part ÷ first: {grown:+.1%}", flush=True)
    raise SystemExit(not exact or grown > WITHIN)


if __name__ == "__main__":
    main()
