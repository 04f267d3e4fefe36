"""Named reads of deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from services.notify.channels.rules import Channel
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import State

WithAttempts = tuple[Delivery, list[Attempt]]


@dataclass(frozen=True)
class Filter:
    """What a reader narrows the list to; None is everything."""

    alert_id: UUID | None = None
    recipient: str | None = None
    channel: Channel | None = None
    state: State | None = None


def deliveries(session: Session, wanted: Filter, before: UUID | None, limit: int) -> list[WithAttempts]:
    """The newest first, one more than asked for, each with its attempts."""
    chosen = select(Delivery).order_by(col(Delivery.id).desc()).limit(limit + 1)
    for name, value in vars(wanted).items():
        if value is not None:
            chosen = chosen.where(getattr(Delivery, name) == value)
    if before is not None:
        chosen = chosen.where(Delivery.id < before)
    return with_attempts(session, session.exec(chosen).all())


def delivery(session: Session, delivery_id: UUID) -> WithAttempts | None:
    """One delivery with its attempts."""
    found = session.get(Delivery, delivery_id)
    return with_attempts(session, [found])[0] if found else None


def held(session: Session, delivery_id: UUID) -> WithAttempts | None:
    """The same, and nobody else changes it until the transaction ends."""
    found = session.get(Delivery, delivery_id, with_for_update=True)
    return with_attempts(session, [found])[0] if found else None


def with_attempts(session: Session, found: Sequence[Delivery]) -> list[WithAttempts]:
    """Deliveries, each with its attempts in order."""
    chosen = select(Attempt).where(col(Attempt.delivery_id).in_([delivery.id for delivery in found]))
    ordered = session.exec(chosen.order_by(col(Attempt.delivery_id), col(Attempt.number)))
    attempts = {key: list(group) for key, group in groupby(ordered, key=lambda attempt: attempt.delivery_id)}
    return [(delivery, attempts.get(delivery.id, [])) for delivery in found]


def is_due(now: datetime) -> ColumnElement[bool]:
    """E-mail whose time has come, and e-mail whose sender has gone away."""
    return and_(
        col(Delivery.channel) == Channel.EMAIL,
        or_(col(Delivery.state) == State.PENDING, col(Delivery.state) == State.SENDING),
        col(Delivery.due_at) <= now,
    )


def anything_due(session: Session, now: datetime) -> bool:
    """Whether there is something to send."""
    return session.exec(select(Delivery.id).where(is_due(now)).limit(1)).first() is not None
