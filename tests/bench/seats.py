"""P6: a thousand requests at once for fifty places, beside pgbench's conditional UPDATE.

Both sides write to the same PostgreSQL with its disk flushes on, over as many connections, in turn. Requests come
singly over HTTP, and as the registry sends them: many in one call. The reference is that UPDATE with a line for whoever
asked, held or waiting, since nobody who asks is lost. Each time, on each side, exactly fifty places must be held.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg

from shared.vault import generate_keys
from tests.bench import pgbench
from tests.bench.load import ask_all, token_of
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.serving import PACK
from tests.city import eventually
from tests.databases import PostgresDatabases, on_postgres
from tests.process import running

PROGRAMME = "dual-qualified-teachers"
ASKING = 1_000
PLACES = 50
AT_ONCE = 250  # in one call of the registry
OF_PGBENCH = Target("ratio", "more", 0.5)
YEARS = itertools.count(2000)  # each has places of its own

TABLES = """
CREATE TABLE cap (id int PRIMARY KEY, places int NOT NULL, held int NOT NULL, CHECK (held <= places));
CREATE TABLE seat (id bigserial PRIMARY KEY, subject uuid NOT NULL, state text NOT NULL, asked_at timestamptz NOT NULL);
"""
ASK = """
WITH room AS (UPDATE cap SET held = held + 1 WHERE id = 1 AND held < places RETURNING held)
INSERT INTO seat (subject, state, asked_at)
SELECT gen_random_uuid(), CASE WHEN EXISTS (SELECT FROM room) THEN 'held' ELSE 'waiting' END, now();
"""


class Quota:
    """A quota service that gives places, asked as the bureau."""

    def __init__(self, url: str, token: str) -> None:
        self._port = int(url.rpartition(":")[2])
        self._token = token
        headers = {"Authorization": f"Bearer {token}"}
        self.bureau = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60)

    def rate(self, *, at_once: int) -> float:
        """Requests a second, when a thousand ask for the fifty places of a year; every one of them is answered."""
        year = next(YEARS)
        cap = {"programme": PROGRAMME, "kind": "cap", "amount": PLACES}
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        self.bureau.post("/v1/quotas", json=cap | {"period": period}).raise_for_status()
        items = [_seat(year) for _ in range(ASKING)]
        if at_once == 1:
            answered = ask_all(self._port, "/v1/seats", self._token, [json.dumps(each).encode() for each in items])
            outcomes = Counter(status for status, _ in answered.answers)
        else:
            calls = [json.dumps({"items": items[n : n + at_once]}).encode() for n in range(0, ASKING, at_once)]
            answered = ask_all(self._port, "/v1/seats/claims", self._token, calls)
            outcomes = Counter(item["status"] for _, body in answered.answers for item in json.loads(body)["items"])
        assert outcomes.total() == ASKING
        assert outcomes[201] + outcomes[200] == PLACES, outcomes
        return ASKING / answered.seconds


def _seat(year: int) -> dict[str, str]:
    """A place for somebody who asks for the first time."""
    who = {"subject_ref": str(uuid4()), "registration_id": str(uuid4())}
    return {"programme": PROGRAMME, "on": f"{year}-03-01"} | who


@contextmanager
def quota(databases: PostgresDatabases, folder: Path) -> Iterator[Quota]:
    """A quota service with the policy in force, and the registry that gave its token."""
    generate_keys(folder / "keys", demo=True)
    config = {"TALENT_ENVIRONMENT": "demo", **on_postgres(databases, "registry", "quota")}
    with (
        running("registry", folder, **config) as registry,
        running("quota", folder, TALENT_REGISTRY_URL=registry.url, **config) as served,
    ):
        for each in (registry, served):
            assert eventually(each.is_fit, bool)
        client = Quota(served.url, token_of(registry.url, folder, "bureau"))
        with client.bureau:
            client.bureau.put("/v1/policy", json=PACK.model_dump(mode="json")).raise_for_status()
            yield client


class Reference:
    """pgbench over two plain tables."""

    def __init__(self, databases: PostgresDatabases, folder: Path) -> None:
        self._url = databases.like("empty", lambda database: None)
        self._script = folder / "ask.sql"
        self._script.write_text(ASK)
        with self._connected() as connection:
            connection.execute(TABLES)

    def rate(self) -> float:
        """Transactions a second, after which the fifty are held."""
        with self._connected() as connection:
            connection.execute("TRUNCATE cap, seat")
            connection.execute("INSERT INTO cap VALUES (1, %s, 0)", (PLACES,))
        found = pgbench.rate(self._url, self._script, ASKING)
        with self._connected() as connection:
            held = connection.execute("SELECT count(*) FROM seat WHERE state = 'held'").fetchone()
        assert held == (PLACES,)
        return found

    def _connected(self) -> "psycopg.Connection[tuple[int]]":
        return psycopg.connect(pgbench.libpq(self._url))


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Requests a second, singly and as the registry asks, beside pgbench."""
    reference = Reference(databases, folder)
    with quota(databases, folder) as served:
        sides = partial(served.rate, at_once=1), partial(served.rate, at_once=AT_ONCE), reference.rate
        singly, together, theirs = in_turn(*sides)
    unit = "requests/s"
    return [
        line("places asked for singly ÷ pgbench", unit, singly, theirs),
        line("places as the registry asks ÷ pgbench", unit, together, theirs, OF_PGBENCH),
    ]
