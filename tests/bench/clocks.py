"""P5: what progress, a chart and a page of records cost with 5,000,000 registrations, beside 10,000.

P7: rebuilding counters and sums from the ledger of those 5,000,000, beside one SQL aggregate over it.

Two services on the same PostgreSQL answer in turn, so that both meet the same machine. The registrations lie evenly
over six quotas, sixteen units and five years; most are learnt within ten days, some up to a year late.
"""

import statistics
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, text

from services.quota.counting.commands import sums
from services.quota.quotas.models import QUOTA
from shared.db import Database
from shared.policy import read_pack
from shared.vault import generate_keys
from tests.bench.load import token_of
from tests.city import eventually
from tests.databases import PostgresDatabases
from tests.process import running

PACK = read_pack(next((Path(__file__).parents[2] / "deploy" / "policy").glob("*.toml")))
CODES = ("T01", "T02", "T05", "T06", "T07", "T11")  # in the order of six quotas of the whole span
FEW, MANY = 10_000, 5_000_000
AT_MOST = {"P5": 1.2, "P7": 3.0}
ROUNDS = 40
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


def seconds(quota: httpx.Client, path: str, query: dict[str, Any]) -> tuple[float, Any]:
    """How long an answer took, and the answer."""
    started = time.perf_counter()
    answer = quota.get(path, params=query)
    return time.perf_counter() - started, answer.raise_for_status().json()


def last_page(quota: httpx.Client, path: str, query: dict[str, Any]) -> dict[str, Any]:
    """What asks for a page further on."""
    for _ in range(PAGES):
        query = query | {"cursor": seconds(quota, path, query)[1]["next"]}
    return query


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """Milliseconds of each question with few and with many, and their ratio; and the rebuild's."""
    generate_keys(folder / "keys.json", demo=True)
    urls = {name: databases.like("empty", lambda database: None) for name in ("registry", "few", "many")}
    demo = {"TALENT_ENVIRONMENT": "demo"}
    with ExitStack() as until_the_end:
        registry = until_the_end.enter_context(
            running("registry", folder, TALENT_REGISTRY_DATABASE_URL=urls["registry"], **demo)
        )
        asks = {"TALENT_REGISTRY_URL": registry.url, **demo}
        sides: dict[str, tuple[httpx.Client, UUID]] = {}
        for name, registrations in (("few", FEW), ("many", MANY)):
            served = until_the_end.enter_context(running("quota", folder, TALENT_QUOTA_DATABASE_URL=urls[name], **asks))
            for each in (registry, served):
                assert eventually(each.is_fit, bool)
            client = httpx.Client(base_url=served.url, trust_env=False, timeout=900)
            until_the_end.enter_context(client)
            client.headers = {"Authorization": f"Bearer {token_of(registry.url, folder, 'bureau')}"}
            client.put("/v1/policy", json=PACK.model_dump(mode="json")).raise_for_status()
            database = Database(urls[name])
            until_the_end.callback(database.close)
            sides[name] = client, fill(database, registrations)
        figures = compared(sides)
        client.headers = {"Authorization": f"Bearer {token_of(registry.url, folder, 'operator')}"}
        return figures | rebuilt(database, client)


def compared(sides: dict[str, tuple[httpx.Client, UUID]]) -> dict[str, float]:
    """Each question to both sides in turn: medians in milliseconds, and how much more many cost."""
    figures: dict[str, float] = {}
    for name, (path, query) in QUESTIONS.items():
        took: dict[str, list[float]] = {side: [] for side in sides}
        places = {side: path.format(quota=quota) for side, (_, quota) in sides.items()}
        each = dict.fromkeys(sides, query)
        if name == "records":
            each = {side: last_page(client, places[side], query) for side, (client, _) in sides.items()}
        for _ in range(ROUNDS):
            for side, (client, _) in sides.items():
                took[side].append(seconds(client, places[side], each[side])[0])
        few, many = (statistics.median(took[side]) * 1000 for side in ("few", "many"))
        figures |= {f"P5_{name}_few_ms": round(few, 1), f"P5_{name}_many_ms": round(many, 1)}
        figures[f"P5_{name}_ratio"] = round(many / few, 2)
    return figures | {"P5_at_most": AT_MOST["P5"]}


def rebuilt(database: Database, quota: httpx.Client) -> dict[str, float]:
    """Seconds of a rebuild from the ledger, a tenth of the sums being lost, and of the aggregate; the better of two."""
    with database.reading() as session:
        aggregate = min(timed(partial(session.execute, text(ONE_AGGREGATE))) for _ in range(2))
    rebuild = min(rebuilding(database, quota) for _ in range(2))
    figures = {"P7_rebuild_s": rebuild, "P7_aggregate_s": aggregate, "P7_ratio": rebuild / aggregate}
    return {name: round(figure, 2) for name, figure in figures.items()} | {"P7_at_most": AT_MOST["P7"]}


def rebuilding(database: Database, quota: httpx.Client) -> float:
    """Seconds of one rebuild."""
    with database.writing() as session:
        session.execute(text("DELETE FROM headcount_sum WHERE counted_in % 10 = 7"))
    wanted = {"source": "ledger", "repair": True, "reason": "benchmark"}
    return timed(lambda: quota.post("/v1/verify", json=wanted).raise_for_status())


def timed(act: Any) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
