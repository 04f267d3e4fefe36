"""Several processes that serve one port of one service (多进程), started, watched and stopped together.

Each is `serve --alone` by itself, with a writer and connections of its own; what they share is the database, whose
locks and notifications keep their promises to one another. The system hands each new connection to one of them.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import typer

from shared.config import settings
from shared.logs import configure_logging
from shared.ports import is_taken
from shared.serving import SHARED_PORT

WATCHED_EVERY = 1.0  # seconds; one that dies at once does not spin
STOPPED_WITHIN = 15.0  # seconds

log = logging.getLogger(__name__)


def serve_together(name: str, processes: int, *, beside: bool) -> None:
    """Serve a service by so many processes until SIGTERM or SIGINT; one that dies is started again.

    Raises SystemExit where somebody else has the port, and it was not said that we are to serve beside them.
    """
    configure_logging(name, "together")
    port = settings().port(name)
    if not beside and is_taken(settings().host, port):
        raise SystemExit(f"{name}: port {port} is in use")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with tempfile.TemporaryDirectory(prefix=f"talent-{name}-metrics-") as metrics:
        children = [_started(name, metrics, beside=beside) for _ in range(processes)]
        while not stopping.wait(WATCHED_EVERY):
            for place, child in enumerate(children):
                if child.poll() is not None:
                    log.error("serving process %s ended unexpectedly, starting another", child.pid)
                    children[place] = _started(name, metrics, beside=beside)
        _stop(children)


def check_together(*, alone: bool, on_sqlite: bool) -> None:
    """Raise typer.BadParameter where several processes cannot serve one port."""
    if not alone:
        raise typer.BadParameter("needs --alone: each would run relay and workers", param_hint="--processes")
    if on_sqlite:
        raise typer.BadParameter("needs PostgreSQL: SQLite has one writer", param_hint="--processes")
    if sys.platform != "linux":
        raise typer.BadParameter("needs Linux, which shares a port's connections out", param_hint="--processes")


def _started(name: str, metrics: str, *, beside: bool) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  # our own module, named here
        [sys.executable, "-m", f"services.{name}", "serve", "--alone", *(["--beside"] if beside else [])],
        env=os.environ
        | {
            SHARED_PORT: "1",
            "TALENT_SUPERVISOR": str(os.getpid()),
            # Read by prometheus-client when it is imported: the process that is asked adds up what all have counted.
            "PROMETHEUS_MULTIPROC_DIR": metrics,
        },
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop them
    )


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in children:
        child.terminate()
    until = time.monotonic() + STOPPED_WITHIN
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
