"""What a burst of sign-ins costs everybody else: p95 of reads, and of single posts, meanwhile, beside without.

Two hundred people sign in at once, each with a login and a connection of their own, from a process that does nothing
else. Their passwords are right, so that each costs one argon2id at RFC 9106's second recommendation, and a session.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import text

from shared.db import Database
from tests.bench.beside import p95_of_posts, p95_of_reads
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.serving import Serving, registry
from tests.databases import PostgresDatabases

BURST = 200
PAIRS = 7
SLOWER = Target("ratio", "less", 1.5)
PEOPLE = """
    INSERT INTO account (id, login, role, state, issued_by, approved_by, password_hash, demo, password_is_new,
        factor_confirmed, version, created_at)
    SELECT gen_random_uuid(), 'person-' || n, role, state, issued_by, approved_by, password_hash, demo, password_is_new,
        factor_confirmed, version, created_at
    FROM account, generate_series(1, :people) AS n WHERE login = 'leader'
"""
P95 = Callable[[Serving, Callable[[], bool]], float]


def beside_a_burst(p95: P95, side: Serving, password: str) -> float:
    """Milliseconds, from the arrival of all until the last of them is signed in."""
    words = [sys.executable, "-m", "tests.bench.sign_ins", side.url, password]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as burst:
        assert burst.stdout
        burst.stdout.readline()  # they are on their way
        took = p95(side, lambda: burst.poll() is not None)
        assert burst.returncode == 0
    return took


async def sign_in_at_once(url: str, password: str) -> None:
    """All of them, and every one must be signed in."""
    limits = httpx.Limits(max_connections=BURST)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=600, limits=limits) as web:
        bodies = [{"login": f"person-{n}", "password": password} for n in range(1, BURST + 1)]
        signing_in = [asyncio.create_task(web.post("/v1/sessions", json=body)) for body in bodies]
        await asyncio.sleep(0)
        print("all of them", flush=True)
        for answer in await asyncio.gather(*signing_in):
            answer.raise_for_status()


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """p95 of reads and of posts beside a burst, and without."""
    with registry(databases, folder) as served:
        database = Database(served.database)
        with database.writing() as session:
            session.execute(text(PEOPLE), {"people": BURST})
        database.close()
        password = json.loads((folder / "demo-credentials.json").read_text())["leader"]["password"]
        alike: tuple[P95, ...] = (p95_of_reads, p95_of_posts)
        sides = [
            side
            for p95 in alike
            for side in (partial(beside_a_burst, p95, served, password), partial(p95, served, lambda: True))
        ]
        for side in sides[1::2]:
            side()  # what is first of its kind is slow
        found = in_turn(*sides, pairs=PAIRS)
    reads, reads_alone, posts, posts_alone = found
    return [
        line(f"p95 of reads while {BURST} sign in ÷ without", "ms", reads, reads_alone, SLOWER),
        line(f"p95 of registrations while {BURST} sign in ÷ without", "ms", posts, posts_alone, SLOWER),
    ]


if __name__ == "__main__":
    asyncio.run(sign_in_at_once(*sys.argv[1:]))
