"""Claiming what is due, and keeping what came of each attempt."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import Alert
from services.notify.channels.protocol import SendOutcome
from services.notify.connections import commands as connections
from services.notify.deliveries import queries
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import LEASE, AttemptStatus, DeliveryState, next_try, state_after
from services.notify.messages import queries as message_queries
from services.notify.messages.models import Message
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from shared import clock


class DeliveryClaim(NamedTuple):
    """A delivery that this sender, and no other, is to send, with all that is said; `number` is the attempt."""

    delivery_id: UUID
    number: int
    address: str
    message: Message
    recipient: AlertRecipient
    alerts: Sequence[Alert]


def claim(session: Session, channel: str) -> DeliveryClaim | None:
    """Claim the delivery by a channel that is due longest, for the length of a lease; None when nothing is due.

    Locks its row, or passes over those that others have locked. Writes the delivery and a new attempt; an attempt whose
    sender went away without a word becomes `unknown`.
    """
    now = clock.now()
    chosen = (
        select(Delivery).where(queries.is_due(channel, now)).order_by(col(Delivery.due_at), col(Delivery.id)).limit(1)
    )
    delivery = session.exec(chosen.with_for_update(skip_locked=True)).first()
    if delivery is None:
        return None
    if delivery.state == DeliveryState.SENDING:
        left = session.get_one(Attempt, (delivery.id, delivery.attempts))
        left.status = AttemptStatus.UNKNOWN
    delivery.state = DeliveryState.SENDING
    delivery.attempts += 1
    delivery.tries += 1
    delivery.due_at = now + LEASE
    attempt = Attempt(delivery_id=delivery.id, number=delivery.attempts, status=AttemptStatus.SENDING, started_at=now)
    session.add(attempt)
    session.flush()
    return _claimed(session, delivery)


def record_outcome(session: Session, claimed: DeliveryClaim, outcome: SendOutcome, duration_ms: int) -> None:
    """Keep what came of an attempt; nothing when the lease was lost meanwhile, because another sender then answers.

    Locks and writes the delivery and its attempt, and the channel where its other side refused for good.
    """
    delivery = session.get_one(Delivery, claimed.delivery_id, with_for_update=True)
    if delivery.state != DeliveryState.SENDING or delivery.attempts != claimed.number:
        return
    delivery.due_at = next_try(outcome.result, delivery.tries, clock.now())
    delivery.state = state_after(outcome.result, delivery.due_at)
    attempt = session.get_one(Attempt, (delivery.id, claimed.number))
    failed = delivery.state == DeliveryState.FAILED
    attempt.status = AttemptStatus.FAILED if failed else AttemptStatus(outcome.result)
    attempt.code = outcome.code
    attempt.duration_ms = duration_ms
    attempt.next_try_at = delivery.due_at
    session.flush()
    if outcome.channel_broken:
        connections.mark_broken(session, delivery.channel, outcome.code)


def _claimed(session: Session, delivery: Delivery) -> DeliveryClaim:
    """The delivery with all that is said by it, as it is now."""
    carried = message_queries.alerts_of(session, [delivery.message_id]).get(delivery.message_id, [])
    found = alerts.by_ids(session, carried)
    address = recipients.address(session, delivery.recipient, delivery.channel, delivery.address_number)
    return DeliveryClaim(
        delivery.id,
        delivery.attempts,
        address or "",
        session.get_one(Message, delivery.message_id),
        session.get_one(AlertRecipient, delivery.recipient),
        [found[alert_id] for alert_id in carried],
    )
