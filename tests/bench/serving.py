"""The registry and the plain endpoint as processes that serve, each over a PostgreSQL database of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from shared.policy import read_pack
from shared.vault import generate_keys
from tests.bench.load import token_of
from tests.bench.pgbench import rows_of
from tests.city import eventually, free_ports
from tests.databases import PostgresDatabases
from tests.process import running

ROOT = Path(__file__).parents[2]
PACK = read_pack(next((ROOT / "deploy" / "policy").glob("*.toml")))


class Serving(NamedTuple):
    """A process that serves, the database behind it, and a clerk's token."""

    pid: int
    port: int
    database: str
    clerk: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def rows(self, table: str) -> int:
        """How many rows a table has by now."""
        return rows_of(self.database, table)


@contextmanager
def registry(databases: PostgresDatabases, folder: Path) -> Iterator[Serving]:
    """A registry with the policy applied."""
    url = databases.like("empty", lambda database: None)
    generate_keys(folder / "keys", demo=True)
    with running("registry", folder, TALENT_ENVIRONMENT="demo", TALENT_REGISTRY_DATABASE_URL=url) as started:
        assert eventually(started.is_fit, bool)
        bureau = {"Authorization": f"Bearer {token_of(started.url, folder, 'bureau')}"}
        pack = PACK.model_dump(mode="json")
        httpx.put(f"{started.url}/v1/policy", json=pack, headers=bureau, trust_env=False, timeout=60).raise_for_status()
        clerk = token_of(started.url, folder, "institution-a-clerk")
        yield Serving(started.process.pid, int(started.url.rpartition(":")[2]), url, clerk)


@contextmanager
def plain(databases: PostgresDatabases) -> Iterator[Serving]:
    """The plain endpoint, which asks for no token."""
    port, url = free_ports(1), databases.like("plain", lambda database: None)
    environment = os.environ | {"PLAIN_DATABASE_URL": url.replace("postgresql:", "postgresql+psycopg:")}
    words = [sys.executable, "-m", "uvicorn", "tests.bench.plain:app", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(words, env=environment, cwd=ROOT)
    try:
        assert eventually(lambda: _answers(port), bool)
        yield Serving(process.pid, port, url, "")
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/openapi.json", trust_env=False).is_success
    except httpx.TransportError:
        return False
