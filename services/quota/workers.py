"""The daily look (每日检查): which lamps have changed with the day alone, and which units were not heard of.

It looks at how things stand, so a day that was missed is made up by the next look, and only what holds now is
announced.
"""

from collections.abc import Callable
from datetime import date, datetime

from services.quota.counting.queries import headcounts
from services.quota.pace import commands as pace
from services.quota.quotas import queries as quotas
from services.quota.returns import commands as returns
from shared import clock
from shared.db import Database
from shared.service import Context


def look(database: Database, at: datetime) -> int:
    """Look once, in one transaction; how much has changed. Nobody counts meanwhile."""
    with database.writing() as session:
        every = list(quotas.every(session).values())
        headcounts.lock_counters(session, every)  # so that no figure moves between the look and what is announced
        return pace.judge(session, every, at) + returns.announce_silent(session, at)


def daily_look(context: Context) -> Callable[[], int]:
    """The worker of a running service: looks when it starts, and on each new day."""
    looked_on: date | None = None

    def once() -> int:
        nonlocal looked_on
        at = clock.now()
        if looked_on == clock.business_date(at):
            return 0
        done = look(context.database, at)
        looked_on = clock.business_date(at)
        if done:
            context.committed.send()
        return done

    return once
