"""Holding alerts back until their digest or the end of quiet hours, and releasing them as one message."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.calendar import queries as calendar
from services.notify.deliveries import queries
from services.notify.deliveries.commands.starting import start
from services.notify.deliveries.models import DayDigest, WaitingAlert
from services.notify.deliveries.queries import has_waited
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose, last_words
from services.notify.subscriptions.rules import Departure, DigestDays, DigestPlan, next_digest
from shared import clock
from shared.db import insert_ignoring, insert_rows, table_of


class HeldBack(NamedTuple):
    """An alert that goes to its recipient by a channel later than at once."""

    alert_id: UUID
    recipient: str
    channel: str
    departure: Departure


def hold_back(session: Session, later: Sequence[HeldBack]) -> None:
    """Hold alerts back by these channels (暂存) until their time. Rows of waiting_alerts, in one statement."""
    rows = [
        {
            "alert_id": each.alert_id,
            "channel": each.channel,
            "recipient": each.recipient,
            "due_at": each.departure.at,
            "days": each.departure.days,
        }
        for each in later
    ]
    insert_rows(session, table_of(WaitingAlert), rows)


def release(session: Session, channel: str) -> int:
    """Send on their way what has waited long enough for a channel (发出摘要), as one message for each post; how many.

    A digest once a day for each post and channel, which the key of its row sees to, whoever else is at it and whatever
    the clocks say: what comes too late for the one of today waits for the next. Takes the alerts out of
    waiting_alerts in the same transaction, so that each goes once; writes digests, messages and deliveries. Of one
    subject and series only the last word is said, in the order in which the alerts were raised.
    """
    now = clock.now()
    chosen = select(WaitingAlert.recipient).where(has_waited(channel, now), col(WaitingAlert.days).is_not(None))
    posts = sorted(set(session.exec(chosen)))
    today = {"channel": channel, "digest_on": clock.business_date(now), "message_id": None, "written_at": now}
    rows = [today | {"recipient": recipient} for recipient in posts]
    key = ["recipient", "channel", "digest_on"]
    new = {recipient for recipient, *_ in insert_ignoring(session, table_of(DayDigest), rows, key)}
    _wait_on(session, channel, now, set(posts) - new)
    ripe = _taken_out(session, channel, now, col(WaitingAlert.recipient).in_(new) & col(WaitingAlert.days).is_not(None))
    digests = _written(session, channel, Purpose.DIGEST, ripe)
    for recipient, message_id in digests.items():
        session.get_one(DayDigest, (recipient, channel, today["digest_on"])).message_id = message_id
    session.flush()
    quiet = _taken_out(session, channel, now, col(WaitingAlert.days).is_(None))
    return len(digests) + len(_written(session, channel, Purpose.ALERT, quiet))


def _wait_on(session: Session, channel: str, now: datetime, posts: Collection[str]) -> None:
    """Let what came too late for the digest of today wait for the next."""
    is_working = calendar.working_days(session)
    late = select(WaitingAlert).where(
        has_waited(channel, now), col(WaitingAlert.recipient).in_(posts), col(WaitingAlert.days).is_not(None)
    )
    for each in session.exec(late).all():
        plan = DigestPlan(clock.local(each.due_at).time(), DigestDays(each.days or DigestDays.EVERY_DAY))
        each.due_at = next_digest(clock.local(now), plan, is_working)
    session.flush()


def _taken_out(session: Session, channel: str, now: datetime, which: ColumnElement[bool]) -> dict[str, list[UUID]]:
    """The alerts of each post that waited long enough, and wait no more: nobody else has them."""
    leaving = delete(WaitingAlert).where(has_waited(channel, now), which)
    found: dict[str, list[UUID]] = {}
    for recipient, alert_id in session.execute(
        leaving.returning(col(WaitingAlert.recipient), col(WaitingAlert.alert_id))
    ):
        found.setdefault(recipient, []).append(alert_id)
    return found


def _written(session: Session, channel: str, purpose: Purpose, waited: Mapping[str, Sequence[UUID]]) -> dict[str, UUID]:
    """A message for each post of what waited for it, with its deliveries; the messages' ids by post."""
    found = alerts.by_ids(session, [alert_id for ids in waited.values() for alert_id in ids])
    wanted = []
    for recipient, ids in sorted(waited.items()):
        said = queries.said_about(found[alert_id] for alert_id in ids)
        wanted.append(NewMessage(recipient, purpose, last_words(said)))
    written = messages.write(session, wanted)
    start(session, [(message, {channel}) for message in written])
    return {message.recipient: message.id for message in written}
