"""1,000 registrations in one call on PostgreSQL with its disk flushes on, beside the same 1,000 bodies as plain rows.

Budget: 1.5 s for the call. The reference inserts the bodies and nothing else, in one transaction of one statement.
"""

import json
import time
from pathlib import Path

import httpx
import psycopg

from tests.bench.posts import registry
from tests.databases import PostgresDatabases
from tests.fixtures import person

AT_ONCE = 1_000
ROUNDS = 5
BUDGET_SECONDS = 1.5


def bodies(round_: int) -> list[dict[str, object]]:
    """Registrations of people who are registered for the first time."""
    return [person(round_ * AT_ONCE + n, "youth-intake", fact_date="2019-07-01") for n in range(AT_ONCE)]


def in_one_call(port: int, token: str, round_: int) -> float:
    """Seconds until every one of them is answered."""
    url, sent = f"http://127.0.0.1:{port}/v1/registrations/batch", {"items": bodies(round_)}
    started = time.perf_counter()
    answer = httpx.post(url, json=sent, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60)
    took = time.perf_counter() - started
    statuses = {item["status"] for item in answer.raise_for_status().json()["items"]}
    if statuses != {httpx.codes.CREATED}:
        raise RuntimeError(answer.text)
    return took


def as_rows(connection: psycopg.Connection, round_: int) -> float:
    """Seconds for the bodies alone."""
    rows = json.dumps(bodies(round_))
    started = time.perf_counter()
    connection.execute("INSERT INTO plain (body) SELECT value FROM jsonb_array_elements(%s::jsonb)", (rows,))
    connection.commit()
    return time.perf_counter() - started


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """The median of some calls, the slowest of them, and the reference."""
    with registry(databases, folder) as (port, clerk):
        ours = sorted(in_one_call(port, clerk, n) for n in range(ROUNDS))
    with psycopg.connect(databases.like("empty", lambda database: None)) as connection:
        connection.execute("CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)")
        theirs = sorted(as_rows(connection, n) for n in range(ROUNDS))
    return {
        "median_seconds": round(ours[ROUNDS // 2], 3),
        "slowest_seconds": round(ours[-1], 3),
        "plain_rows_seconds": round(theirs[ROUNDS // 2], 3),
        "at_most_seconds": BUDGET_SECONDS,
    }
