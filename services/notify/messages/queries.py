"""Named reads of messages."""

from collections.abc import Collection
from itertools import groupby
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.messages.models import Message, MessageAlert, MessageEvent


def by_ids(session: Session, message_ids: Collection[UUID]) -> dict[UUID, Message]:
    """The messages with these ids."""
    return {each.id: each for each in session.exec(select(Message).where(col(Message.id).in_(message_ids)))}


def events_of(session: Session, message_ids: Collection[UUID]) -> dict[UUID, MessageEvent]:
    """The event that each of these messages carries; those of alerts are left out."""
    chosen = select(MessageEvent).where(col(MessageEvent.message_id).in_(message_ids))
    return {each.message_id: each for each in session.exec(chosen)}


def alerts_of(session: Session, message_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The ids of the alerts that each of these messages carries, in order; a test, which carries none, is left out."""
    chosen = select(MessageAlert).where(col(MessageAlert.message_id).in_(message_ids))
    ordered = session.exec(chosen.order_by(col(MessageAlert.message_id), col(MessageAlert.number)))
    return {
        message_id: [each.alert_id for each in group]
        for message_id, group in groupby(ordered, key=lambda each: each.message_id)
    }
