"""Python loads this by itself in every process of a town under test: it carries out what the rig has ordered for it.

An order is a file. `clock SERVICE LOOP` makes the process that starts next live an hour away; `mine SERVICE THREAD
BOUNDARY SIDE` kills the process at that boundary, when it comes there for the n-th time. Product code knows of none.
"""

import os
import runpy
import signal
import sys
import threading
import time
from collections import Counter
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

ORDERS = os.environ.get("FAULT_ORDERS", "")
ON_KAFKA = os.environ.get("TALENT_BUS_URL", "").startswith("kafka:")
BUS = {
    "publish": ("shared.bus.kafka", "KafkaBus", "publish"),
    "position": ("shared.bus.kafka.reader", "KafkaSubscription", "commit"),
}
EMBEDDED_BUS = {
    "publish": ("shared.bus.embedded", "EmbeddedBus", "publish"),
    "position": ("shared.bus.embedded", "EmbeddedSubscription", "commit"),
}
BOUNDARIES = (BUS if ON_KAFKA else EMBEDDED_BUS) | {
    "database": ("sqlalchemy.engine.default", "DefaultDialect", "do_commit")
}
times: Counter[str] = Counter()


def begin(orders: Path, module: str, loop: str, *words: str) -> None:
    """What a process does that runs a service, before it does anything else."""
    service = module.removeprefix("services.")
    start_under_faketime(orders, service, [loop, *words])
    lay_mines(orders, service)


def begin_in_copies(orders: Path) -> None:
    """`talent up` makes its services as copies of itself, each of which then runs its module."""
    plain = runpy.run_module

    @wraps(plain)
    def run_module(module: str, *arguments: Any, **named: Any) -> Any:
        if module.startswith("services."):
            begin(orders, module, *sys.argv[1:])
        return plain(module, *arguments, **named)

    setattr(runpy, "run_module", run_module)  # noqa: B010  # its stub knows its own signature only


def start_under_faketime(orders: Path, service: str, words: list[str]) -> None:
    """Start this process anew under libfaketime, if that is ordered; and tell what time it is then."""
    loop = words[0]
    order = orders / f"clock {service} {loop}"
    if not order.exists():
        return
    if "LD_PRELOAD" in os.environ:
        Path("/proc/self/comm").write_text(f"talent {service}")
        (orders / f"told {service} {loop}").write_text(str(time.time()))
        return
    library, offset = order.read_text().splitlines()
    other = {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    os.execve(sys.executable, [sys.executable, "-m", f"services.{service}", *words], os.environ | other)


def lay_mines(orders: Path, service: str) -> None:
    """Look for an order before and after everything that makes something final."""

    def come_by(boundary: str, side: str) -> None:
        order = orders / f"mine {service} {threading.current_thread().name} {boundary} {side}"
        if order.exists():
            times[order.name] += 1
            if times[order.name] == int(order.read_text()):
                order.rename(orders / order.name.replace("mine", "fired"))
                os.kill(os.getpid(), signal.SIGKILL)

    def watched(plain: Any, boundary: str) -> Any:
        @wraps(plain)
        def between(*arguments: Any, **named: Any) -> Any:
            come_by(boundary, "before")
            result = plain(*arguments, **named)
            come_by(boundary, "after")
            return result

        return between

    for boundary, (module, owner, method) in BOUNDARIES.items():
        found = getattr(import_module(module), owner)
        setattr(found, method, watched(getattr(found, method), boundary))


if ORDERS and len(sys.orig_argv) > 3 and sys.orig_argv[2].startswith("services."):
    begin(Path(ORDERS), *sys.orig_argv[2:])
elif ORDERS:
    begin_in_copies(Path(ORDERS))
