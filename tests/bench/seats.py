"""P6: a thousand requests at once for fifty places, beside pgbench's conditional UPDATE.

Both sides write to the same PostgreSQL with its disk flushes on, over as many connections, in the same run, twice; the
better round of each counts. Requests come singly over HTTP, and as the registry sends them: many in one call.
The reference is that UPDATE with a line for whoever asked, held or waiting, since nobody who asks is lost.
"""

import asyncio
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import make_url

from shared.policy import read_pack
from shared.vault import generate_keys
from tests.city import eventually
from tests.databases import PostgresDatabases
from tests.process import running

ROOT = Path(__file__).parents[2]
PROGRAMME = "dual-qualified-teachers"
CONNECTIONS = 32
ASKING = 1_000
PLACES = 50
AT_ONCE = 250  # in one call of the registry
ROUNDS = 2

TABLES = """
CREATE TABLE cap (id int PRIMARY KEY, places int NOT NULL, held int NOT NULL, CHECK (held <= places));
CREATE TABLE seat (id bigserial PRIMARY KEY, subject uuid NOT NULL, state text NOT NULL, asked_at timestamptz NOT NULL);
"""
ASK = """
WITH room AS (UPDATE cap SET held = held + 1 WHERE id = 1 AND held < places RETURNING held)
INSERT INTO seat (subject, state, asked_at)
SELECT gen_random_uuid(), CASE WHEN EXISTS (SELECT FROM room) THEN 'held' ELSE 'waiting' END, now();
"""


def seat() -> dict[str, str]:
    """A place for somebody who asks for the first time."""
    who = {"subject_ref": str(uuid4()), "registration_id": str(uuid4())}
    return {"programme": PROGRAMME, "on": "2019-03-01"} | who


def rate(port: int, path: str, token: str, bodies: Sequence[bytes], answers: Counter[int]) -> float:
    """Requests answered in a second over so many connections; their statuses are counted."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    waiting = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]

    async def ask_on() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            writer.write(waiting.pop())
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().split(b"content-length: ")[1].split(b"\r")[0])
            body = await reader.readexactly(length)
            status = int(answer.split()[1])
            answers.update([item["status"] for item in json.loads(body)["items"]] if status == 200 else [status])
        writer.close()

    async def ask_all() -> None:
        await asyncio.gather(*(ask_on() for _ in range(CONNECTIONS)))

    started = time.perf_counter()
    asyncio.run(ask_all())
    return time.perf_counter() - started


def ours(databases: PostgresDatabases, folder: Path) -> tuple[float, float]:
    """Requests a second: one by one, and as the registry asks. Exactly fifty must be held, each time."""
    urls = {name: databases.like("empty", lambda database: None) for name in ("registry", "quota")}
    generate_keys(folder / "keys.json", demo=True)
    pack = read_pack(next((ROOT / "deploy" / "policy").glob("*.toml"))).model_dump(mode="json")
    demo = {"TALENT_ENVIRONMENT": "demo"}
    with running("registry", folder, TALENT_REGISTRY_DATABASE_URL=urls["registry"], **demo) as registry:
        asks = {"TALENT_REGISTRY_URL": registry.url, "TALENT_QUOTA_DATABASE_URL": urls["quota"], **demo}
        with running("quota", folder, **asks) as quota:
            for each in (registry, quota):
                assert eventually(partial(each.status, "/readyz"), lambda status: status == httpx.codes.OK)
            held = json.loads((folder / "demo-credentials.json").read_text())["bureau"]
            form, credentials = {"grant_type": "client_credentials"}, (held["client_id"], held["client_secret"])
            token = httpx.post(f"{registry.url}/oauth/token", data=form, auth=credentials, trust_env=False)
            bearer = token.json()["access_token"]
            with httpx.Client(
                base_url=quota.url, headers={"Authorization": f"Bearer {bearer}"}, trust_env=False, timeout=60
            ) as bureau:
                bureau.put("/v1/policy", json=pack).raise_for_status()
                port = int(quota.url.rpartition(":")[2])
                singly = min(race(bureau, port, bearer, year, at_once=1) for year in range(2000, 2000 + ROUNDS))
                together = min(race(bureau, port, bearer, year, at_once=AT_ONCE) for year in range(2010, 2010 + ROUNDS))
    return ASKING / singly, ASKING / together


def race(bureau: httpx.Client, port: int, token: str, year: int, *, at_once: int) -> float:
    """Seconds that a thousand take for the fifty places of a year."""
    cap = {"programme": PROGRAMME, "kind": "cap", "amount": PLACES}
    period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    bureau.post("/v1/quotas", json=cap | {"period": period}).raise_for_status()
    items = [seat() | {"on": f"{year}-03-01"} for _ in range(ASKING)]
    answers: Counter[int] = Counter()
    if at_once == 1:
        seconds = rate(port, "/v1/seats", token, [json.dumps(each).encode() for each in items], answers)
    else:
        calls = [json.dumps({"items": items[n : n + at_once]}).encode() for n in range(0, ASKING, at_once)]
        seconds = rate(port, "/v1/seats/claims", token, calls, answers)
    assert answers.total() == ASKING
    assert answers[201] + answers[200] == PLACES, answers
    return seconds


def theirs(databases: PostgresDatabases, folder: Path) -> float:
    """Transactions a second of pgbench, with its fifty held."""
    url = make_url(databases.like("empty-reference", lambda database: None)).set(drivername="postgresql")
    script = folder / "ask.sql"
    script.write_text(ASK)
    uri = url.render_as_string(hide_password=False)

    def told(*statement: str) -> str:
        asked = ["psql", "--no-psqlrc", "-Atq", uri, "-c", *statement]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    best = 0.0
    told(TABLES)
    for _ in range(ROUNDS):
        told("TRUNCATE cap, seat")
        told(f"INSERT INTO cap VALUES (1, {PLACES}, 0)")
        clients = ["-c", str(CONNECTIONS), "-j", "2", "-t", str(-(-ASKING // CONNECTIONS))]
        done = subprocess.run(
            ["pgbench", "--no-vacuum", "-f", str(script), *clients, uri], check=True, capture_output=True, text=True
        )
        found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
        assert found, done.stdout
        best = max(best, float(found[1]))
        assert told("SELECT count(*) FROM seat WHERE state = 'held'") == str(PLACES)
    return best


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """Askings a second, singly and as the registry asks, beside pgbench."""
    reference = theirs(databases, folder)
    singly, together = ours(databases, folder)
    figures = {
        "pgbench_per_second": reference,
        "singly_per_second": singly,
        "as_the_registry_asks_per_second": together,
        "ratio_singly": singly / reference,
        "ratio_as_the_registry_asks": together / reference,
        "at_least": 0.5,
    }
    return {name: round(figure, 2) for name, figure in figures.items()}
