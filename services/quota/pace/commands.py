"""Judging the lamps of quotas: by day, and whenever the figures move."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session

from services.quota.pace import queries
from services.quota.pace.models import LAMP, LampShown
from services.quota.pace.rules.curves import Pace, pace
from services.quota.pace.rules.lamps import LampChange, LampNews, look
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.seats.queries import figures
from shared import clock
from shared.contracts.quota import PaceBehind, PaceEvent, PaceRecovered
from shared.contracts.registration import RegistrationEvent
from shared.db import insert_ignoring
from shared.events import Event
from shared.outbox import announce

EVENT_OF: dict[LampNews, type[PaceEvent]] = {LampNews.BEHIND: PaceBehind, LampNews.RECOVERED: PaceRecovered}


def follow(session: Session, events: Sequence[Event]) -> None:
    """Judge the lamps of the quotas that these events may have moved, history apart, as `judge` does."""
    programmes = {event.programme for event in events if isinstance(event, RegistrationEvent) and not event.replay}
    if programmes:
        judge(session, quotas_.that_count(session, programmes), clock.now())


def judge(session: Session, quotas: Sequence[Quota], at: datetime) -> int:
    """Judge the lamps of those quotas whose period runs (亮灯) by the figures of the day of `at`; how many changed.

    What they show now is announced once; the first look at a quota that was laid down within its period announces
    nothing. Two processes may look at once: `changes` guards the row, and one of them writes and announces. Writes:
    lamp. Announces: PaceBehind (滞后) when a lamp turns red, PaceRecovered (恢复序时) when red that was announced ends.
    """
    on = clock.business_date(at)
    running = [q for q in quotas if q.amount and q.starts_on <= on and q.ends_on is not None and on <= q.ends_on]
    if not running:
        return 0
    values = figures(session, running)
    before = queries.lamps(session, [quota.id for quota in running])
    last_years = queries.last_years(session, running, on, at)
    events: list[PaceEvent] = []
    changed = 0
    for quota in running:
        value, known = values[quota.id], before.get(quota.id)
        found = pace(value, quota.amount, quota.starts_on, quota.ends_on, on, quota.pace_rule, last_years.get(quota.id))
        if found is None:
            continue
        loud = known is not None or quota.starts_on >= clock.business_date(quota.defined_at)
        shown = known.shown() if known else None
        change = look(shown, found.lamp, on, attained=value >= quota.amount, loud=loud)
        if change.shown != shown and _show(session, quota, known, change):
            changed += 1
            if change.news:
                events.append(_event(quota, change.news, found, value, change, at))
    announce(session, *events)
    return changed


def _show(session: Session, quota: Quota, known: LampShown | None, change: LampChange) -> bool:
    """Write down what a lamp shows; false where another process was first."""
    now = change.shown._asdict()
    if known is None:
        return bool(insert_ignoring(session, LAMP, [{"quota_id": quota.id, "changes": 1} | now], ["quota_id"]))
    mine = LAMP.c.quota_id == quota.id, LAMP.c.changes == known.changes
    statement = update(LAMP).where(*mine).values(changes=known.changes + 1, **now)
    return session.execute(statement.returning(LAMP.c.quota_id)).first() is not None


def _event(quota: Quota, news: LampNews, found: Pace, value: int, change: LampChange, at: datetime) -> PaceEvent:
    return EVENT_OF[news](
        **quota.facts(),
        value=value,
        expected_percent=found.expected_percent,
        ahead_points=found.ahead_points,
        catch_up=found.catch_up,
        lamp=change.shown.lamp,
        counted_on=clock.business_date(at),
    )
