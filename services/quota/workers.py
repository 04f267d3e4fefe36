"""The daily look (每日检查): which lamps have changed with the day alone, and which units were not heard of.

It looks at how things stand, so a day that was missed is made up by the next look, and told is only what holds now.
"""

from collections.abc import Callable
from datetime import date, datetime

from services.quota.counting.queries import headcounts
from services.quota.pace import commands as lamps
from services.quota.quotas import queries as quotas
from services.quota.returns import commands as reports
from shared import clock
from shared.db import Database
from shared.service import Context


def look(database: Database, at: datetime) -> int:
    """Look once; how much has changed."""
    with database.writing() as session:
        every = list(quotas.every(session).values())
        headcounts.one_at_a_time(session, every)  # so that no figure moves between the look and what is told of it
        return lamps.judge(session, every, at) + reports.tell_silent(session, at)


def looking_daily(context: Context) -> Callable[[], int]:
    """The worker of a running service: looks when it starts, and on each new day."""
    looked_on: date | None = None

    def step() -> int:
        nonlocal looked_on
        at = clock.now()
        if looked_on == clock.business_date(at):
            return 0
        done = look(context.database, at)
        looked_on = clock.business_date(at)
        if done:
            context.published.set()
        return done

    return step
