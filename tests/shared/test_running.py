"""Loops that go on, and the one case in which the process must not."""

import os
import subprocess
import sys
import threading

from shared.bus import Away
from shared.running import run_loop

BROKEN = """
import threading
from shared.bus import Broken
from shared.logs import configure_logging
from shared.running import run_loop

def step():
    raise Broken("the client cannot go on")

configure_logging("toy")
run_loop("consume", step, threading.Event())
"""


def test_a_bus_that_is_away_is_tried_again() -> None:
    stop = threading.Event()
    outcomes: list[Exception | int] = [Away("the bus is away"), Away("the bus is away"), 1]

    def run_once() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        stop.set()
        return outcome

    run_loop("relay", run_once, stop)
    assert outcomes == []


def test_a_broken_client_ends_the_process_and_says_why() -> None:
    ended = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == os.EX_SOFTWARE
    assert "consume ends this process: the client cannot go on" in ended.stderr
