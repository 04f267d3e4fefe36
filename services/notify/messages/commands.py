"""Writing messages, and looking back at what a subscription would have had written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import NotedContent
from services.notify.alerts.rules import AlertContent
from services.notify.calendar import queries as calendar
from services.notify.connections import queries as connections
from services.notify.messages import errors
from services.notify.messages.models import Message, MessageAlert, MessageEvent
from services.notify.messages.rules import (
    Backtest,
    NewEventMessage,
    NewMessage,
    NotedBatch,
    Purpose,
    WouldBeMessage,
)
from services.notify.messages.schemas import BacktestWanted
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions import commands as subscriptions
from services.notify.subscriptions import queries as subscription_queries
from services.notify.subscriptions.models import AlertSubscription
from shared import clock
from shared.auth import Role
from shared.db import insert_rows, insert_together, table_of
from shared.ids import new_id
from shared.operations import Call, operation
from shared.problems import Fault, InvalidBody, Refusal

MOST_EVENTS = 10_000  # that are looked back at in one request


class WrittenMessage(NamedTuple):
    """A message that is written, as far as its deliveries need it."""

    id: UUID
    recipient: str
    not_before: datetime | None


def write(session: Session, wanted: Sequence[NewMessage]) -> list[WrittenMessage]:
    """Write messages (写信件), in order. Rows of messages and message_alerts, together; sends nothing."""
    now = clock.now()
    messages = [WrittenMessage(new_id(), new.recipient, new.not_before) for new in wanted]
    rows = [
        {**message._asdict(), "purpose": new.purpose, "language": new.language, "created_at": now}
        for message, new in zip(messages, wanted, strict=True)
    ]
    carried = [
        {"message_id": message.id, "number": number, "alert_id": alert_id}
        for message, new in zip(messages, wanted, strict=True)
        for number, alert_id in enumerate(new.alerts, start=1)
    ]
    insert_together(session, (table_of(Message), rows), (table_of(MessageAlert), carried))
    return messages


def write_events(
    session: Session, wanted: Sequence[NewEventMessage], purpose: Purpose = Purpose.EVENT
) -> list[WrittenMessage]:
    """Write messages of events, each of one, in order. Rows of messages and message_events; sends nothing."""
    written = write(session, [NewMessage(new.recipient, purpose) for new in wanted])
    rows = [{"message_id": message.id, **vars(new)} for message, new in zip(written, wanted, strict=True)]
    insert_rows(session, table_of(MessageEvent), rows)
    return written


def forget(session: Session, ids: Sequence[UUID]) -> None:
    """Remove messages of events and what they carried; nothing refers to them any more."""
    session.execute(delete(MessageEvent).where(col(MessageEvent.message_id).in_(ids)))
    session.execute(delete(Message).where(col(Message.id).in_(ids)))


@dataclass(frozen=True)
class LookedBack:
    """What came of looking back: the events, the alerts of them by post, and the messages in which they would be."""

    since: date
    until: datetime
    events: int
    heard: Sequence[tuple[str, AlertContent]]
    heard_then: set[tuple[UUID, str]]  # ids of events, each with a post that did have the alert
    messages: Sequence[WouldBeMessage]
    posts: dict[str, AlertRecipient]
    reached: dict[tuple[str, str], int]  # by post and channel, how many addresses


@operation("backtest_subscription", roles=(*subscriptions.WRITERS, Role.AUDITOR), effect=lambda _: None)
def backtest(session: Session, calls: Sequence[Call[BacktestWanted]]) -> list[LookedBack | Refusal]:
    """Look back at what subscriptions would have had sent since a day (回测), whether kept or only proposed.

    Writes nothing. Refuses InvalidBody for a subscription that is not kept, a proposal that could not be made, and more
    events since than MOST_EVENTS.
    """
    return [_looked_back(session, call.item) for call in calls]


def _looked_back(session: Session, wanted: BacktestWanted) -> LookedBack | Refusal:
    chosen = _subscription(session, wanted)
    since = clock.first_instant(wanted.since)
    noted = alerts.noted_since(session, since, MOST_EVENTS)
    faults = chosen if isinstance(chosen, list) else []
    if len(noted) > MOST_EVENTS:
        faults = [*faults, errors.too_much("/since", MOST_EVENTS)]
    if faults or isinstance(chosen, list):
        return InvalidBody(*faults)
    posts = recipients.posts(session)
    active = subscription_queries.as_active(chosen, posts[chosen.recipient].unit, connections.in_use(session))
    looking = Backtest(active, posts, calendar.working_days(session))
    for batch in _batches(noted):
        looking.add(batch)
    causes = [cause for _, content in looking.heard for cause in content.causes]
    return LookedBack(
        since=wanted.since,
        until=clock.now(),
        events=len(noted),
        heard=looking.heard,
        heard_then=alerts.already_raised(session, causes),
        messages=looking.messages,
        posts=posts,
        reached=_reached(session, looking.messages),
    )


def _subscription(session: Session, wanted: BacktestWanted) -> AlertSubscription | list[Fault]:
    if isinstance(wanted.subscription, UUID):
        found = session.get(AlertSubscription, wanted.subscription)
        return found or [errors.unknown_subscription("/subscription")]
    (made,) = subscriptions.proposed(session, [wanted.subscription])
    return [fault.at("/subscription") for fault in made] if isinstance(made, list) else made


def _batches(noted: Sequence[NotedContent]) -> Iterator[NotedBatch]:
    for _, group in groupby(noted, key=lambda each: each.batch):
        batch = list(group)
        yield NotedBatch(clock.local(batch[0].noted_at), [alerts.content_of(each) for each in batch])


def _reached(session: Session, messages: Sequence[WouldBeMessage]) -> dict[tuple[str, str], int]:
    """How many addresses a message of each post goes to by each channel, as the start of a delivery has it."""
    there = connections.known(session)
    known = recipients.addresses(session, {each.recipient for each in messages})
    found = {}
    for post, name in {(each.recipient, name) for each in messages for name in each.channels}:
        own = sum(1 for channel, _ in known.get(post, []) if channel == name)
        found[post, name] = own or int(there[name].at_once is not None or there[name].has_address)
    return found
