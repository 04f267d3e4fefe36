"""Sending messages on their way, and keeping what came of each attempt."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import Alert
from services.notify.channels.protocol import Channel, SendOutcome
from services.notify.connections import commands as connections
from services.notify.connections import queries as channels
from services.notify.deliveries import errors, queries
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.queries import DeliveryRecord
from services.notify.deliveries.rules import LEASE, AttemptStatus, DeliveryState, next_try, state_after
from services.notify.messages import commands as messages
from services.notify.messages import queries as message_queries
from services.notify.messages.commands import WrittenMessage
from services.notify.messages.models import Message
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import errors as recipient_errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from services.notify.recipients.rules import ChannelAddress
from shared import clock
from shared.auth import Role
from shared.db import insert_rows, table_of
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal

WRITERS = (Role.OPERATOR, Role.BUREAU_OFFICER)

Row = dict[str, Any]  # of a table here; many are written at once, and a model of each would cost more than that


class DeliveryClaim(NamedTuple):
    """A delivery that this sender, and no other, is to send, with all that is said; `number` is the attempt."""

    delivery_id: UUID
    number: int
    address: str
    message: Message
    recipient: AlertRecipient
    alerts: Sequence[Alert]


class ChannelTestRequest(NamedTuple):
    """A channel to test, and the post that receives the test."""

    channel: str
    recipient: str


def _effect(record: DeliveryRecord) -> Effect:
    return Effect(record.delivery.id)


def start(session: Session, outgoing: Sequence[tuple[WrittenMessage, Collection[str]]]) -> None:
    """Start the deliveries of messages by these channels, one for each address that their recipients have.

    Rows of deliveries and attempts, in one statement each. A channel that has its deliveries at once (收件箱) has them
    delivered in this transaction; others are due at the message's `not_before` or now, and wait for their sender.
    A channel for which the recipient has no address, and which has none itself, is kept as skipped.
    """
    known = recipients.addresses(session, {message.recipient for message, _ in outgoing})
    there = channels.known(session)
    now = clock.now()
    rows = [
        row
        for message, names in outgoing
        for name in sorted(names)
        for row in _deliveries(message, name, there[name], known.get(message.recipient, []), now)
    ]
    insert_rows(session, table_of(Delivery), rows)
    attempts = [_attempt_at_once(row, outcome) for row in rows if (outcome := there[row["channel"]].at_once)]
    insert_rows(session, table_of(Attempt), attempts)


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


@operation("resend_delivery", roles=WRITERS, target=lambda id_: id_, effect=_effect)
def resend(session: Session, calls: Sequence[Call[UUID]]) -> list[DeliveryRecord | Refusal]:
    """Send deliveries again (重发), by the same id, so that a receiver can tell; the schedule of retries starts anew.

    Locks each. Refuses NotFound, NothingToSend where the channel has its deliveries at once or is no longer there,
    UnderWay while a sender has it.
    """
    there = channels.known(session)
    outcomes: list[DeliveryRecord | Refusal] = []
    for call in calls:
        record = queries.held(session, call.item)
        if record is None:
            outcomes.append(NotFound())
            continue
        delivery, channel = record.delivery, there.get(record.delivery.channel)
        if channel is None or channel.at_once:
            outcomes.append(errors.NothingToSend())
        elif delivery.state == DeliveryState.SENDING:
            outcomes.append(errors.UnderWay())
        else:
            delivery.state, delivery.tries, delivery.due_at = DeliveryState.PENDING, 0, clock.now()
            outcomes.append(record)
    session.flush()
    return outcomes


@operation("test_channel", roles=WRITERS, target=lambda test: test.recipient, effect=_effect)
def send_test(session: Session, calls: Sequence[Call[ChannelTestRequest]]) -> list[DeliveryRecord | Refusal]:
    """Send a test by a channel to a post (渠道测试). It goes the way of every message and is kept like one.

    Writes a message of purpose test and a delivery to each address; the outcome is the first. Refuses NotFound for a
    channel that does not exist, InvalidBody for a post that does not exist, or has no address of the channel.
    """
    tests = [call.item for call in calls]
    posts = recipients.by_code(session, {test.recipient for test in tests})
    known = recipients.addresses(session, list(posts))
    there = channels.known(session)
    outcomes: list[DeliveryRecord | Refusal] = []
    for test in tests:
        channel = there.get(test.channel)
        if channel is None:
            outcomes.append(NotFound())
            continue
        if faults := _faults_in(test, channel, posts, known):
            outcomes.append(InvalidBody(*faults))
            continue
        (message,) = messages.write(session, [NewMessage(test.recipient, Purpose.TEST)])
        start(session, [(message, {test.channel})])
        outcomes.append(queries.of_message(session, message.id)[0])
    return outcomes


def _faults_in(
    test: ChannelTestRequest,
    channel: type[Channel],
    posts: Collection[str],
    addresses: Mapping[str, Sequence[ChannelAddress]],
) -> list[Fault]:
    if test.recipient not in posts:
        return [recipient_errors.unknown_recipient("/recipient")]
    reached = {code for code, _ in addresses.get(test.recipient, [])}
    if channel.at_once is None and not channel.has_address and test.channel not in reached:
        return [errors.without_address("/recipient")]
    return []


def _deliveries(
    message: WrittenMessage, channel: str, kind: type[Channel], addresses: Sequence[ChannelAddress], now: datetime
) -> Iterator[Row]:
    """The deliveries that a message begins with by one channel."""
    count = sum(1 for name, _ in addresses if name == channel) or int(kind.has_address)
    if kind.at_once:
        yield _delivery(message, channel, now) | {"state": DeliveryState.DELIVERED, "attempts": 1}
    elif count == 0:
        yield _delivery(message, channel, now) | {"state": DeliveryState.SKIPPED}
    else:
        due_at = message.not_before or now
        for number in range(1, count + 1):
            yield _delivery(message, channel, now) | {"address_number": number, "due_at": due_at}


def _delivery(message: WrittenMessage, channel: str, now: datetime) -> Row:
    return {
        "id": new_id(),
        "message_id": message.id,
        "recipient": message.recipient,
        "channel": channel,
        "address_number": 1,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "tries": 0,
        "due_at": None,
        "created_at": now,
    }


def _attempt_at_once(delivery: Row, outcome: SendOutcome) -> Row:
    return {
        "delivery_id": delivery["id"],
        "number": 1,
        "status": AttemptStatus(outcome.result),
        "code": outcome.code,
        "started_at": delivery["created_at"],
        "duration_ms": 0,
        "next_try_at": None,
    }


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
