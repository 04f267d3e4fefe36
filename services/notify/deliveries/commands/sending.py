"""Claiming what is due, and keeping what came of each attempt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import Alert
from services.notify.channels.protocol import SendOutcome
from services.notify.connections.commands import mark_broken
from services.notify.deliveries import queries
from services.notify.deliveries.commands import pacing
from services.notify.deliveries.commands.diverting import divert, divert_urgent, divert_waiting
from services.notify.deliveries.commands.endpoints import note_at_endpoint
from services.notify.deliveries.commands.saying import say_channel_is_broken
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import LEASE, AttemptStatus, DeliveryState, next_try, state_after
from services.notify.messages import queries as message_queries
from services.notify.messages.models import Message, MessageEvent
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient, RecipientAddress
from services.notify.recipients.rules import links_go_to
from services.notify.subscriptions import queries as subscriptions
from shared import clock
from shared.db import insert_rows, table_of


class DeliveryClaim(NamedTuple):
    """A delivery that this sender, and no other, is to send, with all that is said; `number` is the attempt.

    To an institution's endpoint that is an event, and no alert. It goes by the settings of that version, and where
    `signs` with links that sign.
    `perhaps_came`: an attempt before it may have arrived.
    """

    delivery_id: UUID
    channel: str
    number: int
    address: str
    signs: bool
    message: Message
    recipient: AlertRecipient
    alerts: Sequence[Alert]
    traceparent: str | None
    event: MessageEvent | None = None
    version: int = 0
    perhaps_came: bool = False


def claim(session: Session, channel: str, most: int = 1, per_minute: int | None = None) -> list[DeliveryClaim]:
    """Claim the deliveries by a channel that are due longest, for the length of a lease: at most so many, in order.

    Of each post and address one at a time, so that what comes later never overtakes what is under way or is tried
    again soon. A channel that carries so many a minute has one at a time, in which all that waits for its post goes.
    Locks the rows, or passes over those that others have locked.
    Writes the deliveries and a new attempt each; an attempt whose sender went away without a word becomes `unknown`.
    """
    now = clock.now()
    if per_minute and not pacing.may_go(session, channel, per_minute, now):
        _let_urgent_go(session, [channel], now)
        return []
    chosen = (
        select(Delivery)
        .where(queries.is_due(channel, now), queries.is_next(channel, now))
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(1 if per_minute else most)
    )
    found = session.exec(chosen.with_for_update(skip_locked=True, of=Delivery)).all()
    for delivery in (each for each in found if per_minute and not each.attempts):
        pacing.merge(session, delivery, now)
    _note_as_unknown(session, [each for each in found if each.state == DeliveryState.SENDING])
    for delivery in found:
        delivery.state = DeliveryState.SENDING
        delivery.attempts += 1
        delivery.tries += 1
        delivery.due_at = now + LEASE
    session.flush()
    came = queries.perhaps_came(session, found)
    insert_rows(session, table_of(Attempt), [_begun(delivery, now) for delivery in found])
    return [each._replace(perhaps_came=each.delivery_id in came) for each in _claimed(session, found)]


def _begun(delivery: Delivery, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "number": delivery.attempts,
        "status": AttemptStatus.SENDING,
        "code": None,
        "started_at": now,
        "duration_ms": None,
        "next_try_at": None,
    }


def record_outcomes(session: Session, settled: Sequence[tuple[DeliveryClaim, SendOutcome, int]]) -> None:
    """Keep what came of attempts, each with its duration in ms; nothing where the lease was lost meanwhile, because
    another sender then answers.

    Tried again by the schedule, and not before the other side hears of it. Locks and writes the deliveries and their
    attempts, and the channel where its other side refused for good, or the endpoint; an alert says so.
    """
    codes = sorted({claimed.channel for claimed, *_ in settled if claimed.event})
    endpoints = {code: subscriptions.held_by_channel(session, code) for code in codes}  # before their deliveries
    at_endpoints: dict[str, list[tuple[Delivery, SendOutcome, int]]] = {}
    ids = [claimed.delivery_id for claimed, *_ in settled]
    chosen = select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.id)).with_for_update()
    held = {each.id: each for each in session.exec(chosen)}
    under_way = tuple_(col(Attempt.delivery_id), col(Attempt.number)).in_(
        [(c.delivery_id, c.number) for c, *_ in settled]
    )
    attempts = {each.delivery_id: each for each in session.exec(select(Attempt).where(under_way))}
    now = clock.now()
    for claimed, outcome, duration_ms in settled:
        delivery = held[claimed.delivery_id]
        if delivery.state == DeliveryState.SENDING and delivery.attempts == claimed.number:
            _record(delivery, attempts[delivery.id], outcome, duration_ms, now)
            if outcome.not_before:
                pacing.rest(session, delivery.channel, now + timedelta(seconds=outcome.not_before), now)
            if claimed.event:
                at_endpoints.setdefault(claimed.channel, []).append((delivery, outcome, claimed.version))
            elif outcome.channel_broken:
                _give_up_channel(session, delivery, outcome.code, claimed.version)
    session.flush()
    _let_urgent_go(session, sorted({claimed.channel for claimed, outcome, _ in settled if outcome.not_before}), now)
    for code, outcomes in at_endpoints.items():
        if endpoint := endpoints[code]:
            note_at_endpoint(session, endpoint, outcomes)


def _let_urgent_go(session: Session, resting: Sequence[str], now: datetime) -> None:
    """Let what is urgent go another way as well, where a channel rests for long."""
    for channel in resting:
        if pacing.rests_long(session, channel, now):
            divert_urgent(session, channel)


def _give_up_channel(session: Session, refused: Delivery, code: str, version: int) -> None:
    """Let what a channel's other side refused for good go another way, and all that waits for it as well."""
    if mark_broken(session, refused.channel, code, version):
        say_channel_is_broken(session, refused.channel)
        divert_waiting(session, refused.channel)
    divert(session, [refused])


def _record(delivery: Delivery, attempt: Attempt, outcome: SendOutcome, duration_ms: int, now: datetime) -> None:
    again_at = next_try(outcome.result, delivery.tries, now)
    delivery.due_at = max(again_at, now + timedelta(seconds=outcome.not_before)) if again_at else None
    delivery.state = state_after(outcome.result, delivery.due_at)
    failed = delivery.state == DeliveryState.FAILED
    attempt.status = AttemptStatus.FAILED if failed else AttemptStatus(outcome.result)
    if outcome.perhaps_sent and not failed:
        attempt.status = AttemptStatus.UNKNOWN
    attempt.code = outcome.code
    attempt.duration_ms = duration_ms
    attempt.next_try_at = delivery.due_at


def _note_as_unknown(session: Session, left: Sequence[Delivery]) -> None:
    for delivery in left:
        session.get_one(Attempt, (delivery.id, delivery.attempts)).status = AttemptStatus.UNKNOWN


def _claimed(session: Session, found: Sequence[Delivery]) -> list[DeliveryClaim]:
    """Deliveries with all that is said by them, as it is now."""
    if not found:
        return []
    carried = message_queries.alerts_of(session, [each.message_id for each in found])
    known = alerts.by_ids(session, [alert_id for ids in carried.values() for alert_id in ids])
    posts = recipients.by_code(session, {each.recipient for each in found})
    addresses, now = recipients.numbered_addresses(session, set(posts)), clock.now()
    messages = message_queries.by_ids(session, [each.message_id for each in found])
    events = message_queries.events_of(session, messages)
    return [
        DeliveryClaim(
            each.id,
            each.channel,
            each.attempts,
            *_where(each, addresses.get((each.recipient, each.channel, each.address_number)), now),
            messages[each.message_id],
            posts[each.recipient],
            [known[alert_id] for alert_id in carried.get(each.message_id, [])],
            each.traceparent,
            events.get(each.message_id),
        )
        for each in found
    ]


def _where(delivery: Delivery, of_number: RecipientAddress | None, now: datetime) -> tuple[str, bool]:
    """The address it goes to, empty where the post has none of that number by now; and whether links may go there."""
    if delivery.former_address is not None:
        return delivery.former_address, False
    return (of_number.address, links_go_to(of_number.since, now)) if of_number else ("", False)
