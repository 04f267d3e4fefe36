"""The sweeper: ends holds whose time is over, and asks the registry about recognitions that nobody heard of.

It admits nobody from the waiting list: that is an officer's act. What ran out while it was away is found later.
"""

from collections.abc import Callable

from services.quota.seats import queries
from services.quota.seats.commands.expiring import expire, inquire
from shared.db import Database
from shared.service import Context

AT_ONCE = 500  # seats in one transaction


def sweep(database: Database) -> int:
    """Sweep once; how many seats were concerned. Nothing is written while there is nothing to do."""
    with database.reading() as session:
        over, unheard = (queries.chosen(session, each(), AT_ONCE) for each in (queries.run_out, queries.overdue))
    if not over and not unheard:
        return 0
    with database.writing() as session:
        expire(session, over)
        inquire(session, unheard)
    return len(over) + len(unheard)


def sweeper(context: Context) -> Callable[[], int]:
    """The worker of a running service."""

    def once() -> int:
        done = sweep(context.database)
        if done:
            context.committed.send()  # the registry may have been asked
        return done

    return once
