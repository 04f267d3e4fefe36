"""Announcing an event is adding a row to the outbox, in the transaction of what it tells."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session

from shared import clock
from shared.db import insert_together
from shared.events import Event, encode
from shared.service_tables import outbox
from shared.wakeups import note_awaited


def announce(session: Session, *events: Event) -> None:
    """Tell the other services, once this transaction is committed. Raises ValueError for an event above 64 KiB."""
    if events:
        insert_together(session, announcements(events))
        note_awaited(session)


def announcements(events: Iterable[Event]) -> tuple[Table, list[dict[str, Any]]]:
    """Events as rows of the outbox, to be inserted together with what they tell of. Raises ValueError above 64 KiB."""
    at = clock.now()
    return outbox, [
        {"event_id": event.id, "topic": event.topic, "key": event.key, "body": encode(event), "created_at": at}
        for event in events
    ]
