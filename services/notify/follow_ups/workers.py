"""The worker that carries up what nobody signed for, and gives to deputies what waits for posts on leave."""

import time
from collections.abc import Callable

from services.notify.follow_ups.commands.escalating import delegate, escalate
from services.notify.follow_ups.queries.follow_ups import anything_climbs
from services.notify.follow_ups.queries.leave import undelegated
from shared import clock
from shared.db import Database
from shared.service import Context

PAUSE = 10.0  # seconds between two looks


def climb(database: Database) -> int:
    """Carry up and delegate what is due now; how many. Nothing is written while nothing is due."""
    with database.reading() as session:
        climbs = anything_climbs(session, clock.now())
        waits = bool(undelegated(session, clock.today(), 1))
    done = 0
    for due, command in ((climbs, escalate), (waits, delegate)):
        if due:
            with database.writing() as session:
                done += command(session)
    return done


def climber(context: Context) -> Callable[[], int]:
    """The worker of a running service."""
    look_at = 0.0

    def work() -> int:
        nonlocal look_at
        if time.monotonic() < look_at:
            return 0
        done = climb(context.database)
        look_at = 0.0 if done else time.monotonic() + PAUSE
        if done:
            context.committed.send()
        return done

    return work
