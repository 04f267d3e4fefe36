"""`make bench`: every benchmark beside its reference, on a PostgreSQL with its disk flushes on.

`python -m tests.bench P1 duplicates` measures those alone and leaves the figures of the others as they are.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import batches, clocks, consumers, duplicates, posts, seats, transitions
from tests.databases import PostgresDatabases
from tests.servers.postgres import Postgres, binaries

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"
MEASURED: dict[str, Callable[[PostgresDatabases, Path], dict[str, float]]] = {
    "P1": posts.measure,
    "batch": batches.measure,
    "transitions": transitions.measure,
    "clocks": clocks.measure,
    "consumers": consumers.measure,
    "P6": seats.measure,
    "duplicates": duplicates.measure,
}


def main() -> None:
    """Measure, print and write `bench/results.json`."""
    installed = binaries()
    if not installed:
        raise SystemExit("PostgreSQL's programs are needed: apt-get install postgresql")
    server = Postgres(installed, durable=True)
    server.start()
    databases = PostgresDatabases(server.url)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    try:
        for name in sys.argv[1:] or MEASURED:
            with tempfile.TemporaryDirectory() as folder:
                results[name] = MEASURED[name](databases, Path(folder))
            print(name, json.dumps(results[name], indent=2), flush=True)
    finally:
        databases.close()
        server.close()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
