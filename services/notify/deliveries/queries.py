"""Named reads of deliveries."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import KINDS
from services.notify.deliveries.models import Attempt, Delivery, WaitingAlert
from services.notify.deliveries.rules import HOLDS_BACK, MISTAKE, AttemptStatus, DeliveryState
from services.notify.messages import queries as messages
from services.notify.messages.models import MessageAlert
from shared.clock import seconds_since

# As the index of what is under way is written: SQLite uses it for these very words.
UNSETTLED_STATES: list[ColumnElement[str]] = [literal_column("'pending'"), literal_column("'sending'")]


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


def is_due(channel: str, now: datetime) -> ColumnElement[bool]:
    """Deliveries by a channel whose time has come, and those whose sender has gone away."""
    return and_(
        col(Delivery.channel) == channel,
        or_(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.state) == DeliveryState.SENDING),
        col(Delivery.due_at) <= now,
    )


def is_next(now: datetime) -> ColumnElement[bool]:
    """Deliveries that nothing earlier to the same post and address holds back (先后次序).

    That is what is due or under way, and what is tried again within its first tries; what fails for longer, or
    by a mistake of ours, is overtaken, so that it does not keep everything else from its post.
    """
    earlier = aliased(Delivery)
    our_mistake = exists().where(
        col(Attempt.delivery_id) == col(earlier.id),
        col(Attempt.number) == col(earlier.attempts),
        col(Attempt.code) == MISTAKE,
    )
    under_way = or_(
        col(earlier.state) == DeliveryState.SENDING,
        and_(
            col(earlier.state) == DeliveryState.PENDING,
            or_(col(earlier.due_at) <= now, and_(col(earlier.tries).between(1, HOLDS_BACK), ~our_mistake)),
        ),
    )
    return ~exists().where(
        col(earlier.channel) == col(Delivery.channel),
        col(earlier.recipient) == col(Delivery.recipient),
        col(earlier.address_number) == col(Delivery.address_number),
        col(earlier.id) < col(Delivery.id),
        col(earlier.state).in_(UNSETTLED_STATES),
        under_way,
    )


def anything_due(session: Session, channel: str, now: datetime) -> bool:
    """Whether there is something to send by a channel."""
    return session.exec(select(Delivery.id).where(is_due(channel, now)).limit(1)).first() is not None


def has_waited(channel: str, now: datetime) -> ColumnElement[bool]:
    """Alerts held back by a channel whose time has come."""
    return and_(col(WaitingAlert.channel) == channel, col(WaitingAlert.due_at) <= now)


def anything_waited(session: Session, channel: str, now: datetime) -> bool:
    """Whether anything that was held back by a channel is to go out."""
    return session.exec(select(WaitingAlert.alert_id).where(has_waited(channel, now)).limit(1)).first() is not None


def anything_to_do(session: Session, channel: str, now: datetime) -> bool:
    """Whether anything is to be sent, or to be released, by a channel."""
    return anything_due(session, channel, now) or anything_waited(session, channel, now)


def said_about(alerts: Iterable[Alert]) -> list[tuple[UUID, Hashable]]:
    """Alerts in the order in which they were raised, each with its subject and the series in which it stands."""
    return [
        (each.id, (each.subject_kind, each.subject_ref, KINDS[each.kind].series or each.kind))
        for each in sorted(alerts, key=lambda alert: alert.position)
    ]


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
    """Seconds for which the delivery that is due longest has waited for a sender; 0 where none is."""
    due = select(func.min(Delivery.due_at)).where(Delivery.state == DeliveryState.PENDING)
    oldest = session.exec(due).one()
    return seconds_since(oldest) if oldest else 0.0
