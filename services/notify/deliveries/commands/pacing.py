"""Keeping a channel's messages apart, and merging what waits for the same post meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.deliveries import queries
from services.notify.deliveries.models import ChannelPace, Delivery
from services.notify.deliveries.rules import MOST_MERGED, DeliveryState
from services.notify.messages import commands as messages
from services.notify.messages import queries as message_queries
from services.notify.messages.models import Message
from services.notify.messages.rules import NewMessage, Purpose, last_words
from shared.db import insert_ignoring, table_of

MERGEABLE = (Purpose.ALERT, Purpose.DIGEST)
LONG = timedelta(minutes=1)  # a rest for which nothing urgent waits


def may_go(session: Session, channel: str, per_minute: int, now: datetime) -> bool:
    """Whether a message may go by a channel now, of so many a minute by all its senders together; then it is its turn.

    Locks and writes the channel's row of channel_pace. A clock that was set back holds nothing up for longer than the
    other side had said.
    """
    insert_ignoring(session, table_of(ChannelPace), [{"channel": channel, "free_at": now, "since": now}], ["channel"])
    pace = session.get_one(ChannelPace, channel, with_for_update=True)
    if now < pace.free_at and now >= pace.since:
        return False
    pace.free_at, pace.since = now + timedelta(minutes=1) / per_minute, now
    session.flush()
    return True


def rests_long(session: Session, channel: str, now: datetime) -> bool:
    """Whether nothing goes by a channel for so long that what is urgent had better go another way."""
    pace = session.get(ChannelPace, channel, with_for_update=True)
    return pace is not None and pace.free_at - now >= LONG


def rest(session: Session, channel: str, until: datetime, now: datetime) -> None:
    """Let nothing go by a channel that keeps a pace until then, because its other side said so (限流)."""
    pace = session.get(ChannelPace, channel, with_for_update=True)
    if pace:
        pace.free_at, pace.since = max(pace.free_at, until), now
        session.flush()


def merge(session: Session, first: Delivery, now: datetime) -> None:
    """Let what waits for the same post and address go as one message with a delivery that was never tried (合并).

    It keeps its id and gets a message of all their alerts, of one subject and series the last word; the others are
    skipped and name it. Writes a message and the deliveries.
    """
    chosen = (
        select(Delivery)
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(
            Delivery.channel == first.channel,
            Delivery.recipient == first.recipient,
            Delivery.address_number == first.address_number,
            Delivery.state == DeliveryState.PENDING,
            Delivery.attempts == 0,
            col(Delivery.due_at) <= now,
            col(Message.purpose).in_(MERGEABLE),
        )
        .order_by(col(Delivery.id))
        .limit(MOST_MERGED)
    )
    found = session.exec(chosen.with_for_update(skip_locked=True, of=Delivery)).all()
    others = [each for each in found if each.id != first.id]
    if not others or len(others) == len(found):
        return
    (message,) = messages.write(session, [NewMessage(first.recipient, Purpose.ALERT, _said(session, found))])
    first.message_id = message.id
    for each in others:
        each.state, each.due_at, each.merged_into = DeliveryState.SKIPPED, None, first.id
    session.flush()


def _said(session: Session, found: Sequence[Delivery]) -> list[UUID]:
    carried = message_queries.alerts_of(session, [each.message_id for each in found])
    known = alerts.by_ids(session, {alert_id for ids in carried.values() for alert_id in ids})
    return last_words(queries.said_about(known.values()))
