"""Announcing an event is adding a row to the outbox, in the transaction of what it tells."""

from sqlmodel import Session

from shared import clock
from shared.db import insert_rows
from shared.events import Event, encode
from shared.service_tables import outbox


def announce(session: Session, *events: Event) -> None:
    """Tell the other services, once this transaction is committed. Raises ValueError for an event above 64 KiB."""
    at = clock.now()
    insert_rows(
        session,
        outbox,
        [
            {"event_id": event.id, "topic": event.topic, "key": event.key, "body": encode(event), "created_at": at}
            for event in events
        ],
    )
