"""The worker that asks quota for seats of which it has not answered: quota was away, or a process was killed."""

import time
from collections.abc import Callable
from datetime import timedelta

import anyio

from services.registry.registrations.clients.settling import ask_for_seats
from services.registry.registrations.commands.seats import overlooked
from services.registry.registrations.commands.settling import AnsweredSeat, Settled, settle_seats
from services.registry.registrations.rules import SYSTEM
from shared import clock
from shared.db import Database
from shared.operations import Recorder
from shared.runner import Runner
from shared.service import Context

AT_ONCE = 1_000  # registrations asked about together
SETTLED = timedelta(seconds=15)  # by then whoever entered it has asked for its seat, and heard
PAUSE = 5.0  # seconds between two looks while quota does not answer, or nobody waits


def ask_again(database: Database, runner: Runner) -> int:
    """Ask for the seats of those who wait still; how many were settled. Writes nothing while nobody waits."""
    with database.reading() as session:
        waiting = overlooked(session, clock.now() - SETTLED, AT_ONCE)
    if not waiting:
        return 0
    answers = anyio.run(ask_for_seats, database, waiting, "zh")
    left = [AnsweredSeat(each, None) for each in set(waiting) - {answered.id for answered in answers}]
    outcomes = runner.run(settle_seats, [*answers, *left], SYSTEM)
    return sum(isinstance(each, Settled) and each.changed for each in outcomes)


def asking(record: Recorder) -> Callable[[Context], Callable[[], int]]:
    """The worker of a running service; `record` keeps what it does on the trail."""

    def worker(context: Context) -> Callable[[], int]:
        runner, due = context.runner(record), 0.0

        def work() -> int:
            nonlocal due
            if time.monotonic() < due:
                return 0
            done = ask_again(context.database, runner)
            if not done:
                due = time.monotonic() + PAUSE
            return done

        return work

    return worker
