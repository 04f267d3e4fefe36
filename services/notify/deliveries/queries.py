"""Named reads of deliveries."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, FromClause, ScalarSelect, and_, exists, func, literal_column, or_
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import series_of
from services.notify.deliveries.models import Attempt, Delivery, WaitingAlert
from services.notify.deliveries.rules import HOLDS_BACK, MISTAKE, AttemptStatus, DeliveryState
from services.notify.messages import queries as messages
from services.notify.messages.models import Message, MessageAlert, MessageEvent
from services.notify.recipients.rules import institution_post
from services.notify.subscriptions.models import WebhookEndpoint
from shared.clock import seconds_since
from shared.db import table_of

DELIVERY = table_of(Delivery)
# As the index of what is under way is written: SQLite uses it for these very words.
UNSETTLED_STATES: list[ColumnElement[str]] = [literal_column("'pending'"), literal_column("'sending'")]


SubjectSeries = tuple[str, str, str]  # a subject's kind and ref, and a series


class DeliveryRecord(NamedTuple):
    """A delivery with its attempts in order, and the first alert of its message, None for a test."""

    delivery: Delivery
    attempts: list[Attempt]
    alert_id: UUID | None


@dataclass(frozen=True)
class DeliveryFilter:
    """What a reader narrows the list to; None is everything."""

    alert_id: UUID | None = None
    recipient: str | None = None
    channel: str | None = None
    state: DeliveryState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on deliveries."""
        columns = {name: value for name, value in vars(self).items() if name != "alert_id" and value is not None}
        found = [col(getattr(Delivery, name)) == value for name, value in columns.items()]
        if self.alert_id is not None:
            carrying = select(MessageAlert.message_id).where(MessageAlert.alert_id == self.alert_id)
            found.append(col(Delivery.message_id).in_(carrying))
        return found


def deliveries(session: Session, wanted: DeliveryFilter, before: UUID | None, limit: int) -> list[DeliveryRecord]:
    """Deliveries, newest first, from below an id (None: the newest), up to `limit + 1`, each with its attempts."""
    chosen = select(Delivery).where(*wanted.conditions()).order_by(col(Delivery.id).desc()).limit(limit + 1)
    if before is not None:
        chosen = chosen.where(Delivery.id < before)
    return in_ledger(session, session.exec(chosen).all())


def delivery(session: Session, delivery_id: UUID) -> DeliveryRecord | None:
    """One delivery with its attempts, None where there is none."""
    found = session.get(Delivery, delivery_id)
    return in_ledger(session, [found])[0] if found else None


def of_message(session: Session, message_id: UUID) -> list[DeliveryRecord]:
    """The deliveries of one message in the order they were started, each with its attempts."""
    chosen = select(Delivery).where(Delivery.message_id == message_id).order_by(col(Delivery.id))
    return in_ledger(session, session.exec(chosen).all())


def held(session: Session, delivery_id: UUID) -> DeliveryRecord | None:
    """The same, its row locked: nobody else changes it until the transaction ends."""
    found = session.get(Delivery, delivery_id, with_for_update=True)
    return in_ledger(session, [found])[0] if found else None


def in_ledger(session: Session, found: Sequence[Delivery]) -> list[DeliveryRecord]:
    """Deliveries, each with its attempts in order and the first alert of its message."""
    chosen = select(Attempt).where(col(Attempt.delivery_id).in_([delivery.id for delivery in found]))
    ordered = session.exec(chosen.order_by(col(Attempt.delivery_id), col(Attempt.number)))
    attempts = {key: list(group) for key, group in groupby(ordered, key=lambda attempt: attempt.delivery_id)}
    alerts = messages.alerts_of(session, [delivery.message_id for delivery in found])
    return [
        DeliveryRecord(delivery, attempts.get(delivery.id, []), next(iter(alerts.get(delivery.message_id, [])), None))
        for delivery in found
    ]


class EndpointDeliveryRecord(NamedTuple):
    """A delivery to an endpoint with its attempts in order, and the event it carries."""

    delivery: Delivery
    attempts: list[Attempt]
    event: MessageEvent


def endpoint_deliveries(
    session: Session, endpoint: WebhookEndpoint, state: DeliveryState | None, before: UUID | None, limit: int
) -> list[EndpointDeliveryRecord]:
    """Deliveries to an endpoint, newest first, from below an id (None: the newest), up to `limit + 1`."""
    wanted = DeliveryFilter(channel=endpoint.channel, state=state)
    found = deliveries(session, wanted, before, limit)
    events = messages.events_of(session, [each.delivery.message_id for each in found])
    return [EndpointDeliveryRecord(each, attempts, events[each.message_id]) for each, attempts, _ in found]


def events_between(
    session: Session, endpoint: WebhookEndpoint, since: datetime, until: datetime | None, most: int
) -> Sequence[MessageEvent]:
    """The events of its institution that an endpoint wants, of a time, in their order, up to `most + 1`; no trials."""
    chosen = select(MessageEvent).where(
        MessageEvent.recipient == institution_post(endpoint.institution_id),
        col(MessageEvent.registration_id).is_not(None),
        MessageEvent.happened_at >= since,
    )
    if until is not None:
        chosen = chosen.where(MessageEvent.happened_at < until)
    if endpoint.events is not None:
        chosen = chosen.where(col(MessageEvent.type).in_(endpoint.events))
    in_order = (col(MessageEvent.happened_at), col(MessageEvent.message_id))
    return session.exec(chosen.order_by(*in_order).limit(most + 1)).all()


def events_to_forget(session: Session, before: datetime, most: int) -> Sequence[UUID]:
    """The messages with an event that were written before an instant and of which nothing is on its way any more."""
    unsettled = col(Delivery.state).in_(UNSETTLED_STATES)
    under_way = exists().where(col(Delivery.message_id) == MessageEvent.message_id, unsettled)
    old = select(MessageEvent.message_id).join(Message, col(Message.id) == MessageEvent.message_id)
    return session.exec(old.where(Message.created_at < before, ~under_way).limit(most)).all()


def perhaps_came(session: Session, found: Sequence[Delivery]) -> set[UUID]:
    """Those of these deliveries of which an attempt before the one that begins may have arrived."""
    ids = [each.id for each in found if each.attempts > 1]
    if not ids:
        return set()
    unknown = col(Attempt.status) == AttemptStatus.UNKNOWN
    return set(session.exec(select(Attempt.delivery_id).where(col(Attempt.delivery_id).in_(ids), unknown)))


def endpoints_due(session: Session, now: datetime) -> Sequence[WebhookEndpoint]:
    """The endpoints, on, off or removed, to which something is due."""
    due = or_(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.state) == DeliveryState.SENDING)
    waiting = exists().where(col(Delivery.channel) == WebhookEndpoint.channel, due, col(Delivery.due_at) <= now)
    return session.exec(select(WebhookEndpoint).where(waiting)).all()


def is_due(channel: str, now: datetime) -> ColumnElement[bool]:
    """Deliveries by a channel whose time has come, and those whose sender has gone away."""
    return and_(
        col(Delivery.channel) == channel,
        or_(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.state) == DeliveryState.SENDING),
        col(Delivery.due_at) <= now,
    )


def is_next(channel: str, now: datetime) -> ColumnElement[bool]:
    """Deliveries by a channel that nothing earlier to the same post and address holds back (先后次序).

    That is what is due or under way, and what is tried again within its first tries; what fails for longer, or
    by a mistake of ours, is overtaken, so that it does not keep everything else from its post. So of each post and
    address the first of these, in the order of ids, is next or nothing is: one look into the index for each of them,
    however much is queued behind it.
    """
    lanes, first = _lanes(channel), DELIVERY.alias()
    our_mistake = exists().where(
        col(Attempt.delivery_id) == first.c.id,
        col(Attempt.number) == first.c.attempts,
        col(Attempt.code) == MISTAKE,
    )
    holds_back = or_(
        first.c.state == DeliveryState.SENDING,
        first.c.due_at <= now,
        and_(first.c.tries.between(1, HOLDS_BACK), ~our_mistake),
    )
    lane = first.c.recipient == lanes.c.recipient, first.c.address_number == lanes.c.address_number
    head = select(first.c.id).where(*_unsettled(first, channel), *lane, holds_back).order_by(first.c.id).limit(1)
    heads = select(head.scalar_subquery()).where(lanes.c.address_number.is_not(None))
    return col(Delivery.id).in_(heads.offset(0))  # or else PostgreSQL looks for each of them twice


def _lanes(channel: str) -> CTE:
    """Each post and address with something unsettled by a channel, from one to the next by the index; ends in nulls."""

    def lowest(column: str, *where: Callable[[FromClause], ColumnElement[bool]]) -> ScalarSelect[Any]:
        each = DELIVERY.alias()
        chosen = select(func.min(each.c[column])).where(*_unsettled(each, channel), *(one(each) for one in where))
        return chosen.scalar_subquery()

    posts = select(lowest("recipient").label("recipient")).cte(recursive=True)
    next_post = lowest("recipient", lambda each: each.c.recipient > posts.c.recipient)
    posts = posts.union_all(select(next_post).where(posts.c.recipient.is_not(None)))

    first = lowest("address_number", lambda each: each.c.recipient == posts.c.recipient).label("address_number")
    lanes = select(posts.c.recipient, first).where(posts.c.recipient.is_not(None)).cte(recursive=True)
    following = lowest(
        "address_number",
        lambda each: each.c.recipient == lanes.c.recipient,
        lambda each: each.c.address_number > lanes.c.address_number,
    )
    return lanes.union_all(select(lanes.c.recipient, following).where(lanes.c.address_number.is_not(None)))


def _unsettled(each: FromClause, channel: str) -> tuple[ColumnElement[bool], ...]:
    return each.c.channel == channel, each.c.state.in_(UNSETTLED_STATES)


def ways_of(session: Session, alert_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """By which channels each of these alerts went, or is to go; not where that was given up, or no address was."""
    unreached = (col(Delivery.state) == DeliveryState.SKIPPED) & col(Delivery.merged_into).is_(None)
    chosen = (
        select(MessageAlert.alert_id, Delivery.channel)
        .join(Delivery, col(Delivery.message_id) == MessageAlert.message_id)
        .where(col(MessageAlert.alert_id).in_(alert_ids), col(Delivery.state) != DeliveryState.FAILED, ~unreached)
    )
    held = select(WaitingAlert.alert_id, WaitingAlert.channel).where(col(WaitingAlert.alert_id).in_(alert_ids))
    found: dict[UUID, set[str]] = {}
    for alert_id, channel in (*session.exec(chosen), *session.exec(held)):
        found.setdefault(alert_id, set()).add(channel)
    return found


def has_waited(channel: str, now: datetime) -> ColumnElement[bool]:
    """Alerts held back by a channel whose time has come."""
    return and_(col(WaitingAlert.channel) == channel, col(WaitingAlert.due_at) <= now)


def anything_to_do(session: Session, channel: str, now: datetime) -> tuple[bool, bool]:
    """Whether anything that was held back by a channel is to go out, and whether anything is to be sent by it."""
    waited, due = exists().where(has_waited(channel, now)), exists().where(is_due(channel, now))
    return session.exec(select(waited, due)).one()


def said_about(alerts: Iterable[Alert]) -> list[tuple[UUID, Hashable]]:
    """Alerts in the order in which they were raised, each with its subject and the series in which it stands."""
    return [(each.id, subject_of(each)) for each in sorted(alerts, key=lambda alert: alert.position)]


def subject_of(alert: Alert) -> SubjectSeries:
    """What an alert is about, and in which series."""
    return alert.subject_kind, alert.subject_ref, series_of(alert.kind)


def health(session: Session, channel: str) -> dict[str, Any]:
    """How a channel fares: its last success, since when it fails and how, what waits and what was given up."""
    by_channel = select(Attempt.started_at, Attempt.code).join(Delivery, col(Delivery.id) == Attempt.delivery_id)
    attempts = by_channel.where(Delivery.channel == channel)
    latest = col(Attempt.started_at).desc()
    done = attempts.where(Attempt.status == AttemptStatus.DELIVERED).order_by(latest).limit(1)
    last = next((at for at, _ in session.exec(done)), None)
    failed = attempts.where(col(Attempt.status).in_((AttemptStatus.RETRY, AttemptStatus.FAILED, AttemptStatus.UNKNOWN)))
    since = failed.where(col(Attempt.started_at) > last) if last else failed
    first = session.exec(since.order_by(col(Attempt.started_at)).limit(1)).first()
    newest = session.exec(since.order_by(latest).limit(1)).first()
    on_way = col(Delivery.state).in_((DeliveryState.PENDING, DeliveryState.SENDING))
    counted = select(func.count(), func.min(Delivery.due_at)).select_from(Delivery).where(Delivery.channel == channel)
    waiting, oldest = session.exec(counted.where(on_way)).one()
    dead, _ = session.exec(counted.where(Delivery.state == DeliveryState.FAILED)).one()
    held = select(func.count()).select_from(WaitingAlert).where(WaitingAlert.channel == channel)
    return {
        "last_delivered_at": last,
        "failing_since": first[0] if first else None,
        "last_code": newest[1] if newest else None,
        "waiting": waiting,
        "oldest_due_at": oldest,
        "held_back": session.exec(held).one(),
        "dead": dead,
    }


def oldest_wait(session: Session) -> float:
    """Seconds for which the delivery that waits longest has been due, tried in vain or not at all; 0 where none waits.

    To an institution's endpoint what is tried in vain is left out: the institution sees to that, and hears of it.
    """
    unsettled = col(Delivery.state).in_(UNSETTLED_STATES)
    untried = select(func.min(Delivery.due_at)).where(unsettled, Delivery.tries == 0)
    number = col(Delivery.attempts) - col(Delivery.tries) + 1
    first = and_(col(Attempt.delivery_id) == Delivery.id, col(Attempt.number) == number)
    ours = col(Delivery.channel).not_in(select(WebhookEndpoint.channel))
    in_vain = select(func.min(Attempt.started_at)).join(Delivery, first).where(unsettled, Delivery.tries > 0, ours)
    oldest = (session.exec(each).one() for each in (untried, in_vain))
    return max((seconds_since(at) for at in oldest if at), default=0.0)
