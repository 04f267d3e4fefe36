"""P6: a thousand requests at once for fifty places, beside pgbench's conditional UPDATE.

Both sides write to the same PostgreSQL with its disk flushes on, over as many connections, in the same run, twice; the
better round of each counts. Requests come singly over HTTP, and as the registry sends them: many in one call.
The reference is that UPDATE with a line for whoever asked, held or waiting, since nobody who asks is lost.
"""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import make_url

from shared.policy import read_pack
from shared.vault import generate_keys
from tests.bench.load import CONNECTIONS, ask_all, token_of
from tests.city import eventually
from tests.databases import PostgresDatabases
from tests.process import running

ROOT = Path(__file__).parents[2]
PROGRAMME = "dual-qualified-teachers"
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
                assert eventually(each.is_fit, bool)
            bearer = token_of(registry.url, folder, "bureau")
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
    if at_once == 1:
        answered = ask_all(port, "/v1/seats", token, [json.dumps(each).encode() for each in items])
        outcomes = Counter(status for status, _ in answered.answers)
    else:
        calls = [json.dumps({"items": items[n : n + at_once]}).encode() for n in range(0, ASKING, at_once)]
        answered = ask_all(port, "/v1/seats/claims", token, calls)
        outcomes = Counter(item["status"] for _, body in answered.answers for item in json.loads(body)["items"])
    assert outcomes.total() == ASKING
    assert outcomes[201] + outcomes[200] == PLACES, outcomes
    return answered.seconds


def theirs(databases: PostgresDatabases, folder: Path) -> float:
    """Transactions a second of pgbench, with its fifty held."""
    url = make_url(databases.like("empty-reference", lambda database: None)).set(drivername="postgresql")
    script = folder / "ask.sql"
    script.write_text(ASK)
    uri = url.render_as_string(hide_password=False)

    def psql(*statement: str) -> str:
        answered = ["psql", "--no-psqlrc", "-Atq", uri, "-c", *statement]
        return subprocess.run(answered, check=True, capture_output=True, text=True).stdout.strip()

    best = 0.0
    psql(TABLES)
    for _ in range(ROUNDS):
        psql("TRUNCATE cap, seat")
        psql(f"INSERT INTO cap VALUES (1, {PLACES}, 0)")
        clients = ["-c", str(CONNECTIONS), "-j", "2", "-t", str(-(-ASKING // CONNECTIONS))]
        done = subprocess.run(
            ["pgbench", "--no-vacuum", "-f", str(script), *clients, uri], check=True, capture_output=True, text=True
        )
        found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
        assert found, done.stdout
        best = max(best, float(found[1]))
        assert psql("SELECT count(*) FROM seat WHERE state = 'held'") == str(PLACES)
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
