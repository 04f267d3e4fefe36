"""What it costs to be watched: processor time of a registration with spans sent and metrics scraped, beside without.

Two registries on PostgreSQL are asked in turn over 32 connections. One sends every span to a collector, which is a
process that reads and forgets, and its metrics are scraped once in each round; an operator's Prometheus asks less.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.bench.load import ask_all
from tests.bench.pairs import Line, Target, in_turn, line
from tests.bench.people import newcomers
from tests.bench.pgbench import unpublished
from tests.bench.processes import cpu_seconds
from tests.bench.serving import Serving, registry
from tests.city import eventually, free_ports
from tests.databases import PostgresDatabases

REQUESTS = 1_280
PAIRS = 9
DEARER = Target("ratio", "less", 1.05)


class Collector(BaseHTTPRequestHandler):
    """Takes what comes by OTLP over HTTP; says how many posts it took."""

    protocol_version = "HTTP/1.1"
    taken = 0

    def do_POST(self) -> None:
        """Read it and forget it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        Collector.taken += 1
        self._answer(b"")

    def do_GET(self) -> None:
        """How many came."""
        self._answer(str(Collector.taken).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def _answer(self, body: bytes) -> None:
        self.send_response(httpx.codes.OK)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def collector() -> Iterator[str]:
    """The address of one, in a process of its own."""
    port = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.observing", str(port)])
    try:
        assert eventually(lambda: _taken(f"http://127.0.0.1:{port}") is not None, bool)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _taken(url: str) -> int | None:
    try:
        return int(httpx.get(url, trust_env=False).text)
    except httpx.TransportError:
        return None


@contextmanager
def watched(url: str, databases: PostgresDatabases, folder: Path) -> Iterator[Serving]:
    """A registry that sends its spans there."""
    folder.mkdir()
    os.environ["TALENT_TRACES_URL"] = url
    try:
        with registry(databases, folder) as served:
            del os.environ["TALENT_TRACES_URL"]
            yield served
    finally:
        os.environ.pop("TALENT_TRACES_URL", None)


def milliseconds(side: Serving, *, scraped: bool) -> float:
    """Processor time of the registry for a registration, its relay's share with it."""
    bodies, before = [json.dumps(each).encode() for each in newcomers(REQUESTS)], cpu_seconds(side.pid)
    statuses = {status for status, _ in ask_all(side.port, "/v1/registrations", side.clerk, bodies).answers}
    assert statuses == {httpx.codes.CREATED}
    if scraped:
        assert httpx.get(f"{side.url}/metrics", trust_env=False).is_success
    assert eventually(lambda: unpublished(side.database), lambda rows: rows == 0) == 0
    return (cpu_seconds(side.pid) - before) / REQUESTS * 1_000


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Milliseconds of processor time with spans and metrics, beside neither."""
    with (
        collector() as url,
        watched(url, databases, folder / "watched") as ours,
        registry(databases, folder) as theirs,
    ):
        sides = (partial(milliseconds, ours, scraped=True), partial(milliseconds, theirs, scraped=False))
        for side in sides:
            side()  # what is first of its kind is slow
        seen, unseen = in_turn(*sides, pairs=PAIRS)
        assert eventually(lambda: _taken(url), bool)
    return [line("a registration with spans and metrics ÷ without", "ms", seen, unseen, DEARER)]


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Collector).serve_forever()
