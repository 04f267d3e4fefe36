"""Starting the deliveries of messages that are written."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from services.notify.alerts.commands import RaisedAlert
from services.notify.channels.protocol import Channel, SendOutcome
from services.notify.connections import queries as channels
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import AttemptStatus, DeliveryState
from services.notify.messages import commands as messages
from services.notify.messages.commands import WrittenMessage
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import ChannelAddress
from services.notify.subscriptions.rules import INBOX
from shared import clock
from shared.db import insert_together, table_of
from shared.ids import new_id
from shared.traces import traceparent_here
from shared.wakeups import note_awaited

Row = dict[str, Any]  # of a table here; many are written at once, and a model of each would cost more than that


def start(session: Session, outgoing: Sequence[tuple[WrittenMessage, Collection[str]]]) -> None:
    """Start the deliveries of messages by these channels, one for each address that their recipients have.

    Rows of deliveries and attempts, together. A channel that has its deliveries at once (收件箱) has them
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
    attempts = [_attempt_at_once(row, outcome) for row in rows if (outcome := there[row["channel"]].at_once)]
    _insert(session, rows, attempts)


def start_by_all(session: Session, raised: Sequence[RaisedAlert], purpose: Purpose) -> list[WrittenMessage]:
    """Write a message of each of these alerts, and start it by every channel at which its post has an address."""
    written = messages.write(session, [NewMessage(alert.recipient, purpose, [alert.id]) for alert in raised])
    known, in_use = recipients.addresses(session, {each.recipient for each in written}), channels.in_use(session)
    by = [{INBOX} | {name for name, _ in known.get(each.recipient, [])} & in_use for each in written]
    start(session, list(zip(written, by, strict=True)))
    return written


def start_at_former(session: Session, message: WrittenMessage, addresses: Sequence[ChannelAddress]) -> None:
    """Start the deliveries of a message to addresses that its post had before (原地址); they are due now."""
    in_use, now = channels.in_use(session), clock.now()
    rows = [
        _delivery(message, channel, now) | {"address_number": -number, "former_address": address, "due_at": now}
        for number, (channel, address) in enumerate(addresses)
        if channel in in_use
    ]
    _insert(session, rows)


def start_at_endpoints(session: Session, outgoing: Sequence[tuple[WrittenMessage, str, int]]) -> None:
    """Start the deliveries of messages of events to endpoints, each by its code and lane; they are due now."""
    now = clock.now()
    rows = [
        _delivery(message, channel, now) | {"address_number": lane, "due_at": now}
        for message, channel, lane in outgoing
    ]
    _insert(session, rows)


def _insert(session: Session, rows: Sequence[Row], attempts: Sequence[Row] = ()) -> None:
    insert_together(session, (table_of(Delivery), rows), (table_of(Attempt), attempts))
    if rows:
        note_awaited(session)


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
        "former_address": None,
        "state": DeliveryState.PENDING,
        "merged_into": None,
        "attempts": 0,
        "tries": 0,
        "due_at": None,
        "created_at": now,
        "traceparent": traceparent_here(),
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
