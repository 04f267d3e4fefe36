"""The daily self-check (每日自检): is the way from a registration to an alert alive today?

The registry begins one each day, an event that its relay carries as it carries registrations; quota takes it in and
passes it on, notify takes it in, and a sender has it delivered: to this table, which is its own address. It is nobody's
registration, so no count, figure, list or export knows of it. Each service keeps how far it came; the first whose
`self_check_age_seconds` is old names the hop where it stopped. `/readyz` shows that and stays as it is: a service that
was taken out of rotation for it would answer nobody, and the way would be no sounder.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select, update
from sqlmodel import Session

from shared import clock
from shared.config import settings
from shared.contracts.self_check import SelfCheckPassedOn, SelfCheckStarted
from shared.db import Database, insert_ignoring
from shared.events import Event
from shared.metrics import Gauge
from shared.outbox import announce
from shared.service_tables import self_check
from shared.wakeups import note_awaited

log = logging.getLogger(__name__)

AGE = "self_check_age_seconds"
LATE = timedelta(hours=26).total_seconds()  # a day, and two hours in which it may begin and arrive


def begin(session: Session, check_id: UUID) -> bool:
    """Begin a self-check, unless it has begun; whether it does now. Writes self_check, announces SelfCheckStarted."""
    now = clock.now()
    begins = _kept(session, check_id, now, now)
    if begins:
        announce(session, SelfCheckStarted(check_id=check_id, started_at=now))
    return begins


def begin_daily(database: Database) -> int:
    """Begin that of today once it is time (TALENT_SELF_CHECK_AT), once however many relays there are; how many."""
    now = clock.local(clock.now())
    if now.time() < settings().self_check_at:
        return 0
    today = uuid5(NAMESPACE_URL, f"self-check/{now.date()}")
    with database.reading() as session:
        if session.execute(select(self_check.c.check_id).where(self_check.c.check_id == today)).first():
            return 0
    with database.writing() as session:
        return int(begin(session, today))


def pass_on(session: Session, events: Sequence[Event]) -> None:
    """Take self-checks in and pass them on. Writes self_check, announces SelfCheckPassedOn."""
    arrived = [each for each in events if isinstance(each, SelfCheckStarted)]
    for each in arrived:
        if _kept(session, each.check_id, each.started_at, clock.now()):
            announce(session, SelfCheckPassedOn(check_id=each.check_id, started_at=each.started_at))


def arrive(session: Session, events: Sequence[Event]) -> None:
    """Take self-checks in, for a sender. Writes self_check."""
    for each in events:
        if isinstance(each, SelfCheckPassedOn) and _kept(session, each.check_id, each.started_at, clock.now()):
            note_awaited(session)


def deliver(database: Database) -> int:
    """Deliver what arrived; how many. Nothing is written while nothing waits."""
    waiting = self_check.c.delivered_at.is_(None)
    with database.reading() as session:
        if not session.execute(select(self_check.c.check_id).where(waiting).limit(1)).first():
            return 0
    with database.writing() as session:
        done = update(self_check).where(waiting).values(delivered_at=clock.now()).returning(self_check.c.check_id)
        delivered = session.execute(done).scalars().all()
    log.info("self-check delivered: %s", ", ".join(map(str, delivered)))
    return len(delivered)


def _kept(session: Session, check_id: UUID, started_at: object, at: object) -> bool:
    row = {"check_id": check_id, "started_at": started_at, "arrived_at": at, "delivered_at": None}
    return bool(insert_ignoring(session, self_check, [row], ["check_id"]))


def _newest(session: Session, *, delivered: bool) -> float:
    """Seconds since the newest began that came this far; infinite where none ever did."""
    chosen = select(func.max(self_check.c.started_at))
    if delivered:
        chosen = chosen.where(self_check.c.delivered_at.is_not(None))
    started_at = session.execute(chosen).scalar_one()
    return clock.seconds_since(started_at) if started_at else float("inf")


def age(*, delivered: bool = False) -> Callable[[Session], float]:
    """Reads how old the newest self-check is that came this far, in seconds."""
    return lambda session: _newest(session, delivered=delivered)


def duration(session: Session) -> float:
    """Seconds that the newest took from its beginning to its delivery; 0 before the first."""
    newest = select(self_check).where(self_check.c.delivered_at.is_not(None)).order_by(self_check.c.started_at.desc())
    row = session.execute(newest.limit(1)).first()
    return float((row.delivered_at - row.started_at).total_seconds()) if row else 0.0


def age_gauge(*, delivered: bool = False) -> Gauge:
    """How old the newest self-check is that came this far."""
    return Gauge(AGE, "Since the newest self-check that came this far began", age(delivered=delivered))


def said_of(session: Session, gauges: Sequence[Gauge]) -> str | None:
    """How self-checks get on here, in a word: ok, late or none; None of a service that has no part in them."""
    read = next((each.read for each in gauges if each.name == AGE), None)
    if read is None:
        return None
    seconds = read(session)
    return "ok" if seconds <= LATE else "none" if seconds == float("inf") else "late"
