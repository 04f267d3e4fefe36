"""Looking at the pace of quotas: by day, and whenever the figures move."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session

from services.quota.pace import queries
from services.quota.pace.models import LAMP, LampShown
from services.quota.pace.rules.curves import Pace, pace
from services.quota.pace.rules.lamps import News, Step, look
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.seats.queries import figures
from shared import clock
from shared.contracts.quota import PaceBehind, PaceEvent, PaceRecovered
from shared.contracts.registration import RegistrationEvent
from shared.db import insert_ignoring
from shared.events import Event
from shared.outbox import announce

TOLD_AS: dict[News, type[PaceEvent]] = {News.BEHIND: PaceBehind, News.RECOVERED: PaceRecovered}


def follow(session: Session, events: Sequence[Event]) -> None:
    """Look at the quotas that these events may have moved; history tells no news, the next day's look does."""
    programmes = {event.programme for event in events if isinstance(event, RegistrationEvent) and not event.replay}
    if programmes:
        judge(session, quotas_.that_count(session, programmes), clock.now())


def judge(session: Session, quotas: Sequence[Quota], at: datetime) -> int:
    """Look at the lamps of those quotas whose period runs (亮灯); how many changed. What they show now is told once.

    The first look at a quota that was laid down within its period finds what it finds, and tells nobody.
    """
    on = clock.business_date(at)
    running = [q for q in quotas if q.amount and q.starts_on <= on and q.ends_on is not None and on <= q.ends_on]
    if not running:
        return 0
    values = figures(session, running)
    before = queries.lamps(session, [quota.id for quota in running])
    last_years = queries.last_years(session, running, on, at)
    told: list[PaceEvent] = []
    changed = 0
    for quota in running:
        value, known = values[quota.id], before.get(quota.id)
        found = pace(value, quota.amount, quota.starts_on, quota.ends_on, on, quota.pace_rule, last_years.get(quota.id))
        if found is None:
            continue
        loud = known is not None or quota.starts_on >= clock.business_date(quota.defined_at)
        shown = known.shown() if known else None
        step = look(shown, found.lamp, on, attained=value >= quota.amount, loud=loud)
        if step.shown != shown and _show(session, quota, known, step):
            changed += 1
            if step.news:
                told.append(_event(quota, step.news, found, value, step, at))
    announce(session, *told)
    return changed


def _show(session: Session, quota: Quota, known: LampShown | None, step: Step) -> bool:
    """Write down what a lamp shows; false where another process was first."""
    now = step.shown._asdict()
    if known is None:
        return bool(insert_ignoring(session, LAMP, [{"quota_id": quota.id, "changes": 1} | now], ["quota_id"]))
    mine = LAMP.c.quota_id == quota.id, LAMP.c.changes == known.changes
    statement = update(LAMP).where(*mine).values(changes=known.changes + 1, **now)
    return session.execute(statement.returning(LAMP.c.quota_id)).first() is not None


def _event(quota: Quota, news: News, found: Pace, value: int, step: Step, at: datetime) -> PaceEvent:
    return TOLD_AS[news](
        **quota.facts(),
        value=value,
        expected_percent=found.expected_percent,
        ahead_points=found.ahead_points,
        catch_up=found.catch_up,
        lamp=step.shown.lamp,
        counted_on=clock.business_date(at),
    )
