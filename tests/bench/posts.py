"""P1: single registrations over 32 connections on PostgreSQL with its disk flushes on, beside the plain way.

The two sides run one after the other, twice, and the better round of each counts. Then the clerks of 20 institutions
send in turn, round by round beside the clerk of one: a batch that only one institution can share is a slow one.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from shared.policy import read_pack
from shared.vault import generate_keys
from tests.bench.load import ask_all, token_for, token_of
from tests.city import eventually, free_ports
from tests.databases import PostgresDatabases
from tests.fixtures import person
from tests.process import running

ROOT = Path(__file__).parents[2]
AT_LEAST = 4.0  # times the plain way
MANY_AT_LEAST = 0.9  # times one institution alone
REQUESTS = 2_000
ROUNDS = 2
INSTITUTIONS = 20
PAIRS, OF_A_PAIR = 5, 400


def bodies(numbers: Iterable[int]) -> list[bytes]:
    """Registrations of people who are registered for the first time."""
    return [json.dumps(person(n, "youth-intake", fact_date="2019-07-01")).encode() for n in numbers]


def round_of(n: int) -> list[bytes]:
    """The bodies of a round."""
    return bodies(range(n * REQUESTS, (n + 1) * REQUESTS))


def rate(port: int, tokens: str | Sequence[str], sent: Sequence[bytes]) -> float:
    """Registrations a second."""
    seconds, answers = ask_all(port, "/v1/registrations", tokens, sent)
    refused = [body.decode() for status, body in answers if status != httpx.codes.CREATED]
    if refused:
        raise RuntimeError(refused[0])
    return len(sent) / seconds


@contextmanager
def registry(databases: PostgresDatabases, folder: Path) -> Iterator[tuple[int, str]]:
    """A registry with the policy applied: its port, and a clerk's token."""
    url = databases.like("empty", lambda database: None)
    generate_keys(folder / "keys.json", demo=True)
    pack = read_pack(next((ROOT / "deploy" / "policy").glob("*.toml"))).model_dump(mode="json")
    with running("registry", folder, TALENT_ENVIRONMENT="demo", TALENT_REGISTRY_DATABASE_URL=url) as started:
        eventually(started.is_fit, bool)
        bureau = {"Authorization": f"Bearer {token_of(started.url, folder, 'bureau')}"}
        put = httpx.put(f"{started.url}/v1/policy", json=pack, headers=bureau, trust_env=False, timeout=60)
        put.raise_for_status()
        yield int(started.url.rpartition(":")[2]), token_of(started.url, folder, "institution-a-clerk")


def clerks_of_many(port: int, folder: Path) -> list[str]:
    """The tokens of a clerk in each of some institutions."""
    url = f"http://127.0.0.1:{port}"
    bureau = {"Authorization": f"Bearer {token_of(url, folder, 'bureau')}"}
    tokens = []
    with httpx.Client(base_url=url, headers=bureau, trust_env=False) as client:
        for n in range(INSTITUTIONS):
            partner = {"name": f"测试单位{n}", "reporting_unit": "donghu"}
            made = client.post("/v1/institutions", json=partner).raise_for_status().json()
            clerk = {"name": f"经办{n}", "role": "institution_clerk"}
            issued = client.post(f"/v1/institutions/{made['id']}/clients", json=clerk).raise_for_status().json()
            tokens.append(token_for(url, issued))
    return tokens


@contextmanager
def plain(url: str) -> Iterator[int]:
    """The reference on a port of its own."""
    port = free_ports(1)
    environment = os.environ | {"PLAIN_DATABASE_URL": url.replace("postgresql:", "postgresql+psycopg:")}
    words = [sys.executable, "-m", "uvicorn", "tests.bench.plain:app", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(words, env=environment, cwd=ROOT)
    try:
        eventually(lambda: _answers(port), bool)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/openapi.json", trust_env=False).is_success
    except httpx.TransportError:
        return False


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """Requests a second of both sides."""
    with registry(databases, folder) as (port, clerk):
        clerks = clerks_of_many(port, folder)
        fresh = itertools.count(ROUNDS * REQUESTS)
        pairs = [
            [rate(port, side, bodies(itertools.islice(fresh, OF_A_PAIR))) for side in (clerk, clerks)]
            for _ in range(PAIRS)
        ]
        ours = max(rate(port, clerk, round_of(n)) for n in range(ROUNDS))
    with plain(databases.like("plain", lambda database: None)) as port:
        theirs = max(rate(port, clerk, round_of(n)) for n in range(ROUNDS))
    one, many = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "ours_per_second": round(ours),
        "plain_per_second": round(theirs),
        "ratio": round(ours / theirs, 2),
        "at_least": AT_LEAST,
        "one_institution_per_second": round(one),
        "many_institutions_per_second": round(many),
        "many_to_one": round(statistics.median(many / one for one, many in pairs), 2),
        "many_to_one_at_least": MANY_AT_LEAST,
    }
