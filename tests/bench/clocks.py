"""P5: what progress, a chart and a page of records cost with 5,000,000 registrations, beside 10,000.

P7: rebuilding counters and sums from the ledger of those 5,000,000, a tenth of the sums being lost, beside one SQL
aggregate over it.

Two services on the same PostgreSQL answer in turn, so that both meet the same machine. The registrations lie evenly
over six quotas, sixteen units and five years; most are learnt within ten days, some up to a year late.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from sqlalchemy import select, text

from services.quota.counting.commands import sums
from services.quota.quotas.models import QUOTA
from shared.db import Database
from shared.vault import generate_keys
from tests.bench.load import token_of
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.serving import PACK
from tests.city import eventually
from tests.databases import PostgresDatabases
from tests.process import running

CODES = ("T01", "T02", "T05", "T06", "T07", "T11")  # in the order of six quotas of the whole span
FEW, MANY = 10_000, 5_000_000
TIMES_FEW = Target("ratio", "less", 1.2)
TIMES_AGGREGATE = Target("ratio", "less", 3.0)
OF_A_PAIR = 5  # questions to each side
PAGES = 5

# Written as counting would have written them. Foreign keys are not looked up, which halves the time.
LEDGER = """
INSERT INTO ledger (quota_id, subject_ref, registration_id, unit, gross, net, in_stock, counted_on, known_at, known_on)
SELECT (CAST(:quotas AS uuid[]))[1 + n % 6], md5('s' || n)::uuid, md5('r' || n)::uuid,
       (CAST(:units AS text[]))[1 + n / 6 % 16], 1, 1, 1, counted_on,
       (known_on + time '12:00') AT TIME ZONE 'Asia/Shanghai', known_on
FROM (SELECT n, counted_on, counted_on + 1 + CASE n % 97 WHEN 0 THEN n / 7 % 365 ELSE n / 11 % 10 END AS known_on
      FROM (SELECT n, date '2018-01-01' + (n::bigint * 7919 % 1826)::int AS counted_on
            FROM generate_series(1, :registrations) AS n) AS counted) AS known
"""
FOLLOWING = (
    "INSERT INTO membership (subject_ref, quota_id, gross, net, in_stock, registration_id, unit, counted_on, known_at) "
    "SELECT subject_ref, quota_id, true, true, true, registration_id, unit, counted_on, known_at FROM ledger",
    "INSERT INTO registration_seen (registration_id, version, subject_ref, subject_kind, programme, institution_id, "
    "reporting_unit, state, counted_on, classes, known_at, yields) "
    "SELECT registration_id, 1, subject_ref, 'person', 'youth-intake', md5(unit)::uuid, unit, 'recognised', "
    "counted_on, '{}', known_at, false FROM ledger",
    "INSERT INTO headcount SELECT quota_id, unit, count(*), count(*), count(*) FROM ledger GROUP BY quota_id, unit",
    "UPDATE headcount SET gross = n, net = n, in_stock = n FROM (SELECT quota_id, count(*) AS n FROM ledger "
    "GROUP BY quota_id) AS heads WHERE headcount.quota_id = heads.quota_id AND unit = ''",
)
ONE_AGGREGATE = (
    "SELECT quota_id, unit, counted_on, known_on, sum(gross), sum(net), sum(in_stock) FROM ledger GROUP BY 1, 2, 3, 4"
)

SUMS = "SELECT count(*) FROM headcount_sum"

# What is asked of both; `{quota}` is one of the six.
QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "now": ("/v1/progress", {}),
    "as_of": ("/v1/progress", {"as_of": "2020-07-15"}),
    "known_at": ("/v1/progress", {"as_of": "2020-07-15", "known_at": "2020-09-20T10:00:00Z"}),
    "known_long_ago": ("/v1/progress", {"as_of": "2018-12-20", "known_at": "2018-12-24T10:00:00Z"}),
    "by_unit": ("/v1/progress", {"as_of": "2020-07-15", "by": "unit"}),
    "series": ("/v1/quotas/{quota}/series", {}),
    "records": ("/v1/quotas/{quota}/registrations", {"as_of": "2020-07-15", "limit": 100}),
}


class Side(NamedTuple):
    """A quota service: asked by this client, over this database, of which this is one of the six quotas."""

    client: httpx.Client
    database: Database
    quota: UUID


def fill(database: Database, registrations: int) -> UUID:
    """Put so many registrations into a database with the policy in force; one of the quotas they count in."""
    with database.writing() as session:
        rows = session.execute(select(QUOTA.c.id).where(QUOTA.c.code.in_(CODES)).order_by(QUOTA.c.code))
        quotas = list(rows.scalars())
        units = [unit.code for unit in PACK.reporting_units]
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(LEDGER), {"quotas": quotas, "units": units, "registrations": registrations})
        for statement in FOLLOWING:
            session.execute(text(statement))
        sums.rebuild(session)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    quota: UUID = quotas[0]
    return quota


class Asking:
    """One question to one side, answered as often as is asked."""

    def __init__(self, side: Side, path: str, query: dict[str, Any]) -> None:
        self._client = side.client
        self._path = path.format(quota=side.quota)
        self._query = query
        if path.endswith("/registrations"):
            for _ in range(PAGES):  # a page further on
                self._query = query | {"cursor": self.ask()["next"]}

    def ask(self) -> Any:
        """The answer."""
        return self._client.get(self._path, params=self._query).raise_for_status().json()

    def milliseconds(self) -> float:
        """How long an answer takes, in the middle of some."""
        return statistics.median(timed(self.ask) for _ in range(OF_A_PAIR)) * 1_000


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Milliseconds of each question with many beside few, and seconds of the rebuild beside the aggregate."""
    with ExitStack() as until_the_end:
        registry, few, many = until_the_end.enter_context(serving(databases, folder))
        for side in (few, many):
            speak(side.client, registry, folder, "bureau")
        lines = []
        for name, (path, query) in QUESTIONS.items():
            both = [Asking(side, path, query) for side in (many, few)]
            more, fewer = in_turn(*(each.milliseconds for each in both))
            lines.append(line(f"P5 {name}: {MANY:,} ÷ {FEW:,} registrations", "ms", more, fewer, TIMES_FEW))
        speak(many.client, registry, folder, "operator")
        rebuild, aggregate = in_turn(partial(rebuilding, many), partial(aggregating, many))
    return [*lines, line(f"P7 rebuild of {MANY:,} ÷ one aggregate", "s", rebuild, aggregate, TIMES_AGGREGATE)]


@contextmanager
def serving(databases: PostgresDatabases, folder: Path) -> Iterator[tuple[str, Side, Side]]:
    """Two quotas with the policy in force, one with few registrations and one with many; and the registry's URL."""
    generate_keys(folder / "keys", demo=True)
    urls = {name: databases.like("empty", lambda database: None) for name in ("registry", "few", "many")}
    demo = {"TALENT_ENVIRONMENT": "demo"}
    with ExitStack() as until_the_end:
        started = running("registry", folder, TALENT_REGISTRY_DATABASE_URL=urls["registry"], **demo)
        registry = until_the_end.enter_context(started)
        assert eventually(registry.is_fit, bool)

        def side(name: str, registrations: int) -> Side:
            environment = {"TALENT_QUOTA_DATABASE_URL": urls[name], "TALENT_REGISTRY_URL": registry.url, **demo}
            served = until_the_end.enter_context(running("quota", folder, **environment))
            assert eventually(served.is_fit, bool)
            client = httpx.Client(base_url=served.url, trust_env=False, timeout=900)
            until_the_end.callback(client.close)
            speak(client, registry.url, folder, "bureau")
            client.put("/v1/policy", json=PACK.model_dump(mode="json")).raise_for_status()
            database = Database(urls[name])
            until_the_end.callback(database.close)
            return Side(client, database, fill(database, registrations))

        yield registry.url, side("few", FEW), side("many", MANY)


def speak(client: httpx.Client, registry: str, folder: Path, name: str) -> None:
    """Let a client ask as one of the demo's, from now on for as long as a token lasts."""
    client.headers["Authorization"] = f"Bearer {token_of(registry, folder, name)}"


def aggregating(side: Side) -> float:
    """Seconds of the aggregate."""
    with side.database.reading() as session:
        return timed(partial(session.execute, text(ONE_AGGREGATE)))


def rebuilding(side: Side) -> float:
    """Seconds of one rebuild; what was lost must be there again."""
    with side.database.writing() as session:
        before = session.execute(text(SUMS)).scalar_one()
        session.execute(text("DELETE FROM headcount_sum WHERE counted_in % 10 = 7"))
    wanted = {"source": "ledger", "repair": True, "reason": "benchmark"}
    took = timed(lambda: side.client.post("/v1/verify", json=wanted).raise_for_status())
    with side.database.reading() as session:
        assert session.execute(text(SUMS)).scalar_one() == before
    return took


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
