"""`make bench`: every line of the budget beside its reference, on a PostgreSQL with its disk flushes on.

`python -m tests.bench P1 duplicates` measures those alone and leaves the figures of the others as they are.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import (
    alerts,
    batches,
    clocks,
    consumers,
    drains,
    duplicates,
    imports,
    observing,
    posts,
    report,
    seats,
    sign_ins,
    starting,
    transitions,
)
from tests.bench.pairs import Line
from tests.databases import PostgresDatabases
from tests.servers.postgres import HOW, Postgres, binaries

MEASURED: dict[str, Callable[[PostgresDatabases, Path], Sequence[Line]]] = {
    "P1": posts.measure,
    "watched": observing.measure,
    "sign-ins": sign_ins.measure,
    "P2": imports.measure,
    "P3": consumers.measure,
    "P4": alerts.measure,
    "P5-P7": clocks.measure,
    "P6": seats.measure,
    "P8": starting.measure,
    "batch": batches.measure,
    "transitions": transitions.measure,
    "duplicates": duplicates.measure,
    "drain": drains.measure,
}


def main() -> None:
    """Measure, print, and write what came."""
    chosen = sys.argv[1:] or list(MEASURED)
    if unknown := set(chosen) - set(MEASURED):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASURED)}")
    installed = binaries()
    if not installed:
        raise SystemExit(HOW)
    server = Postgres(installed, durable=True)
    server.start()
    databases = PostgresDatabases(server.url)
    try:
        for name in chosen:
            measure(name, databases)
    finally:
        databases.close()
        server.close()


def measure(name: str, databases: PostgresDatabases) -> None:
    """Measure a group of lines, print them and keep them."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        lines = MEASURED[name](databases, Path(folder))
    results = report.kept() | {name: report.group(lines, time.perf_counter() - started)}
    report.keep({each: results[each] for each in MEASURED if each in results})
    for each in results[name]["lines"]:
        print(f"{name} | {report.cells(each)}", flush=True)


if __name__ == "__main__":
    main()
