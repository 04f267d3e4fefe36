"""2,000 registrations moved by one act in one call on PostgreSQL with its disk flushes on, beside 2,000 plain updates.

Budget: 3 s for the slowest act of the review workflow, what two batches of registrations may take. The reference
changes the state of as many rows, one statement a row, in one transaction: no history, no audit, no event.
"""

import time
from pathlib import Path

import httpx
import psycopg

from tests.bench.load import token_of
from tests.bench.posts import registry
from tests.databases import PostgresDatabases
from tests.fixtures import person

AT_ONCE = 2_000
BATCH = 1_000
BUDGET_SECONDS = 3.0
DECIDED = {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}
ACTS: dict[str, dict[str, str]] = {"endorse": {}, "pass_district": {}, "pass_city": {}, "recognise": DECIDED}


def registered(client: httpx.Client, clerk: str) -> list[str]:
    """The ids of people who wait for the employer's review."""
    people = [person(n, "dual-qualified-teachers", fact_date="2019-07-01") for n in range(AT_ONCE)]
    ids: list[str] = []
    for start in range(0, AT_ONCE, BATCH):
        sent = {"items": people[start : start + BATCH]}
        answer = client.post("/v1/registrations/batch", json=sent, headers={"Authorization": f"Bearer {clerk}"})
        ids += [item["registration"]["id"] for item in answer.raise_for_status().json()["items"]]
    return ids


def in_one_call(client: httpx.Client, bureau: str, ids: list[str], action: str) -> float:
    """Seconds until the act is answered for every one of them."""
    sent = {"ids": ids, "action": action} | ACTS[action]
    started = time.perf_counter()
    answer = client.post("/v1/registrations/transitions", json=sent, headers={"Authorization": f"Bearer {bureau}"})
    took = time.perf_counter() - started
    if {item["status"] for item in answer.raise_for_status().json()["items"]} != {httpx.codes.OK}:
        raise RuntimeError(answer.text)
    return took


def as_updates(url: str) -> float:
    """Seconds for the new states alone."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (id integer PRIMARY KEY, state text)")
        cursor.execute("INSERT INTO plain SELECT n, 'submitted' FROM generate_series(1, %s) n", (AT_ONCE,))
        connection.commit()
        started = time.perf_counter()
        cursor.executemany("UPDATE plain SET state = 'endorsed' WHERE id = %s", [(n + 1,) for n in range(AT_ONCE)])
        connection.commit()
        return time.perf_counter() - started


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """The seconds of each act, and of the reference."""
    with registry(databases, folder) as (port, clerk):
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, trust_env=False, timeout=120) as client:
            bureau, ids = token_of(url, folder, "bureau"), registered(client, clerk)
            ours = {f"{action}_seconds": round(in_one_call(client, bureau, ids, action), 3) for action in ACTS}
    theirs = round(as_updates(databases.like("empty", lambda database: None)), 3)
    return ours | {"plain_updates_seconds": theirs, "at_most_seconds": BUDGET_SECONDS}
