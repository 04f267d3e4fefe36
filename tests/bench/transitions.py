"""1,000 registrations moved by one act in one call on PostgreSQL with its disk flushes on, beside 1,000 plain updates.

The reference changes the state of as many rows, one statement a row, in one transaction: no history, no audit, no
event. The budget of each act is what a batch of as many registrations may take.
"""

import time
from pathlib import Path

import httpx
import psycopg

from tests.bench.load import token_of
from tests.bench.pairs import PAIRS, Line, Target, line
from tests.bench.people import newcomers
from tests.bench.pgbench import libpq
from tests.bench.serving import Serving, registry
from tests.databases import PostgresDatabases

AT_ONCE = 1_000
SECONDS = Target("subject", "less", 1.5)
DECIDED = {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}
ACTS: dict[str, dict[str, str]] = {"endorse": {}, "pass_district": {}, "pass_city": {}, "recognise": DECIDED}


def registered(client: httpx.Client, served: Serving) -> list[str]:
    """The ids of people who wait for the employer's review."""
    people = newcomers(AT_ONCE, "dual-qualified-teachers")
    headers = {"Authorization": f"Bearer {served.clerk}"}
    answer = client.post("/v1/registrations/batch", json={"items": people}, headers=headers)
    return [item["registration"]["id"] for item in answer.raise_for_status().json()["items"]]


def in_one_call(client: httpx.Client, ids: list[str], action: str) -> float:
    """Seconds until the act is answered for every one of them."""
    sent = {"ids": ids, "action": action} | ACTS[action]
    started = time.perf_counter()
    answer = client.post("/v1/registrations/transitions", json=sent)
    took = time.perf_counter() - started
    if [item["status"] for item in answer.raise_for_status().json()["items"]] != [httpx.codes.OK] * AT_ONCE:
        raise RuntimeError(answer.text)
    return took


def as_updates(connection: "psycopg.Connection[tuple[int]]") -> float:
    """Seconds for the new states alone."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE plain SET state = 'endorsed' WHERE id = %s", [(n + 1,) for n in range(AT_ONCE)])
    connection.commit()
    return time.perf_counter() - started


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """The seconds of each act, and of the reference beside it."""
    url = databases.like("empty", lambda database: None)
    ours: dict[str, list[float]] = {action: [] for action in ACTS}
    theirs: dict[str, list[float]] = {action: [] for action in ACTS}
    with registry(databases, folder) as served, psycopg.connect(libpq(url)) as connection:
        connection.execute("CREATE TABLE plain (id integer PRIMARY KEY, state text)")
        connection.execute("INSERT INTO plain SELECT n, 'submitted' FROM generate_series(1, %s) n", (AT_ONCE,))
        connection.commit()
        headers = {"Authorization": f"Bearer {token_of(served.url, folder, 'bureau')}"}
        with httpx.Client(base_url=served.url, headers=headers, trust_env=False, timeout=120) as client:
            for _ in range(PAIRS):
                ids, before = registered(client, served), served.rows("step")
                for action in ACTS:
                    ours[action].append(in_one_call(client, ids, action))
                    theirs[action].append(as_updates(connection))
                assert served.rows("step") == before + len(ACTS) * AT_ONCE
    return [line(f"1,000 × {action} ÷ plain updates", "s", ours[action], theirs[action], SECONDS) for action in ACTS]
