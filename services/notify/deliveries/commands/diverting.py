"""Sending another way what a channel cannot carry: one that is broken, or that rests for long."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import Severity
from services.notify.connections import queries as channels
from services.notify.deliveries.commands.starting import start
from services.notify.deliveries.models import Delivery
from services.notify.deliveries.rules import DeliveryState
from services.notify.messages import queries as messages
from services.notify.messages.commands import WrittenMessage
from services.notify.messages.models import MessageAlert
from services.notify.messages.rules import Purpose
from services.notify.recipients import queries as recipients
from shared.db import stretches


def divert_waiting(session: Session, channel: str) -> None:
    """Divert what waits for its turn at a channel; it stays there as well, and goes once the channel is mended."""
    waiting = select(Delivery).where(Delivery.channel == channel, Delivery.state == DeliveryState.PENDING)
    divert(session, session.exec(waiting).all())


def divert_urgent(session: Session, channel: str) -> None:
    """Divert what is a warning or more and waits at a channel that rests (限流); it stays there too, in its order."""
    urgent = (
        select(MessageAlert.message_id)
        .join(Alert, col(Alert.id) == MessageAlert.alert_id)
        .where(col(Alert.severity).in_((Severity.WARNING, Severity.CRITICAL)))
    )
    waiting = select(Delivery).where(
        Delivery.channel == channel, Delivery.state == DeliveryState.PENDING, col(Delivery.message_id).in_(urgent)
    )
    divert(session, session.exec(waiting).all())


def divert(session: Session, found: Sequence[Delivery]) -> None:
    """Start what deliveries carry by every other channel in use at which their posts have an address (改走其他渠道).

    By one that a message goes by already it is not started again, and a test of a channel goes no other way. Writes
    deliveries, which are due now.
    """
    recipient_of = {each.message_id: each.recipient for each in found}
    in_use = channels.in_use(session)
    for ids in stretches(recipient_of):
        known = recipients.addresses(session, {recipient_of[each] for each in ids})
        going = select(Delivery.message_id, Delivery.channel).where(col(Delivery.message_id).in_(ids))
        there = set(session.exec(going))
        written = [each for each in messages.by_ids(session, ids).values() if each.purpose != Purpose.TEST]
        ways = [
            {name for name, _ in known.get(each.recipient, []) if name in in_use and (each.id, name) not in there}
            for each in written
        ]
        start(session, [(WrittenMessage(m.id, m.recipient, None), way) for m, way in zip(written, ways, strict=True)])
