"""1,000 registrations in one call on PostgreSQL with its disk flushes on, beside the same 1,000 bodies as plain rows.

The reference inserts the bodies and nothing else, in one transaction of one statement.
"""

import json
import time
from pathlib import Path

import httpx
import psycopg

from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.people import newcomers
from tests.bench.pgbench import libpq
from tests.bench.serving import Serving, registry
from tests.databases import PostgresDatabases

AT_ONCE = 1_000
TIMES_ROWS = Target("ratio", "less", 115)


def in_one_call(served: Serving) -> float:
    """Seconds until every one of them is answered."""
    sent, before = {"items": newcomers(AT_ONCE)}, served.rows("registration")
    headers = {"Authorization": f"Bearer {served.clerk}"}
    started = time.perf_counter()
    answer = httpx.post(
        f"{served.url}/v1/registrations/batch", json=sent, headers=headers, trust_env=False, timeout=120
    )
    took = time.perf_counter() - started
    statuses = {item["status"] for item in answer.raise_for_status().json()["items"]}
    if statuses != {httpx.codes.CREATED} or served.rows("registration") != before + AT_ONCE:
        raise RuntimeError(answer.text)
    return took


def as_rows(connection: "psycopg.Connection[tuple[int]]") -> float:
    """Seconds for the bodies alone."""
    rows = json.dumps(newcomers(AT_ONCE))
    started = time.perf_counter()
    written = connection.execute("INSERT INTO plain (body) SELECT value FROM jsonb_array_elements(%s::jsonb)", (rows,))
    connection.commit()
    took = time.perf_counter() - started
    assert written.rowcount == AT_ONCE
    return took


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Seconds of a batch, and of its bodies as rows."""
    url = databases.like("empty", lambda database: None)
    with registry(databases, folder) as served, psycopg.connect(libpq(url)) as connection:
        connection.execute("CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)")
        connection.commit()
        in_one_call(served)  # the first of its kind is slow
        as_rows(connection)
        ours, theirs = in_turn(lambda: in_one_call(served), lambda: as_rows(connection))
    return [line("1,000 in one call ÷ plain rows", "s", ours, theirs, TIMES_ROWS)]
