"""`make bench`: every benchmark beside its reference, or `ONLY=P6` one, on a PostgreSQL with its disk flushes on."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import clocks, duplicates, posts, seats
from tests.databases import PostgresDatabases
from tests.servers.postgres import Postgres, binaries

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"
MEASURED: dict[str, Callable[[PostgresDatabases, Path], dict[str, float]]] = {
    "P1": posts.measure,
    "P5, P7": clocks.measure,
    "P6": seats.measure,
    "duplicates": duplicates.measure,
}


def main(chosen: str | None = None) -> None:
    """Measure all, or what is chosen; print and write `bench/results.json`."""
    if chosen and chosen not in ", ".join(MEASURED).split(", "):
        raise SystemExit(f"one of {', '.join(MEASURED)}")
    installed = binaries()
    if not installed:
        raise SystemExit("PostgreSQL's programs are needed: apt-get install postgresql")
    server = Postgres(installed, durable=True)
    server.start()
    databases = PostgresDatabases(server.url)
    results = json.loads(RESULTS.read_text()) if chosen and RESULTS.exists() else {}
    try:
        for name, measure in MEASURED.items():
            if chosen and chosen not in name.split(", "):
                continue
            with tempfile.TemporaryDirectory() as folder:
                results[name] = measure(databases, Path(folder))
            print(name, json.dumps(results[name], indent=2), flush=True)
    finally:
        databases.close()
        server.close()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
