"""P1: single registrations over 32 connections on PostgreSQL with its disk flushes on.

The clerk of one institution, the clerks of twenty, the plain endpoint, and pgbench with the same rows, asked in turn
while all of them are up.
"""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx

from tests.bench.load import ask_all, token_for, token_of
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.people import newcomers
from tests.bench.rows import Rows
from tests.bench.serving import Serving, plain, registry
from tests.databases import PostgresDatabases

TIMES_PLAIN = Target("ratio", "more", 4.0)
OF_PGBENCH = Target("ratio", "more", 0.6)
INSTITUTIONS = 20
REQUESTS = 640
ROWS = 1_600


def rate(side: Serving, tokens: str | Sequence[str], table: str, requests: int = REQUESTS) -> float:
    """Requests a second, each of which is answered 201 and has its row."""
    before, bodies = side.rows(table), [json.dumps(each).encode() for each in newcomers(requests)]
    seconds, answers = ask_all(side.port, "/v1/registrations", tokens, bodies)
    refused = [body.decode() for status, body in answers if status != httpx.codes.CREATED]
    if refused or side.rows(table) != before + requests:
        raise RuntimeError(refused[0] if refused else f"{side.rows(table) - before} rows of {requests}")
    return requests / seconds


def clerks_of_many(served: Serving, folder: Path) -> list[str]:
    """The tokens of a clerk in each of some institutions."""
    bureau = {"Authorization": f"Bearer {token_of(served.url, folder, 'bureau')}"}
    second = {"Authorization": f"Bearer {token_of(served.url, folder, 'bureau-2')}"}
    tokens = []
    with httpx.Client(base_url=served.url, headers=bureau, trust_env=False) as client:
        for n in range(INSTITUTIONS):
            partner = {"name": f"测试单位{n}", "reporting_unit": "donghu"}
            made = client.post("/v1/institutions", json=partner).raise_for_status().json()
            clerk = {"name": f"经办{n}", "role": "institution_clerk"}
            clients = f"/v1/institutions/{made['id']}/clients"
            issued = client.post(clients, json=clerk).raise_for_status().json()
            client.post(f"{clients}/{issued['client_id']}/approve", headers=second).raise_for_status()
            tokens.append(token_for(served.url, issued))
    return tokens


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Registrations a second of one institution and of twenty, beside both references."""
    rows = Rows(databases, folder)
    with registry(databases, folder) as ours, plain(databases) as theirs:
        clerks = clerks_of_many(ours, folder)
        sides = (
            partial(rate, ours, ours.clerk, "registration"),
            partial(rate, ours, clerks, "registration"),
            partial(rate, theirs, "", "plain"),
            partial(rows.rate, ROWS),
        )
        for side in sides[:3]:
            side(requests=64)  # what is first of its kind is slow
        one, many, simple, bare = in_turn(*sides)
    unit = "registrations/s"
    return [
        line("one institution ÷ plain endpoint", unit, one, simple, TIMES_PLAIN),
        line("20 institutions ÷ plain endpoint", unit, many, simple, TIMES_PLAIN),
        line("one institution ÷ pgbench, same rows", unit, one, bare, OF_PGBENCH),
        line("20 institutions ÷ pgbench, same rows", unit, many, bare, OF_PGBENCH),
    ]
