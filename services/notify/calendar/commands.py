"""Keeping the years that the registry announces."""

from collections.abc import Sequence

from sqlmodel import Session

from services.notify.calendar.models import DecreedYear
from shared.contracts.calendar import CalendarDecreed
from shared.db import table_of, upsert
from shared.events import Event


def keep_decrees(session: Session, events: Sequence[Event]) -> None:
    """Keep the newest decree of each year (放假安排). Writes calendar_years; an older version changes nothing."""
    newest: dict[int, CalendarDecreed] = {}
    for event in events:
        if isinstance(event, CalendarDecreed) and event.version >= newest.get(event.year, event).version:
            newest[event.year] = event
    rows = [event.model_dump(mode="json") for event in newest.values()]
    upsert(session, table_of(DecreedYear), rows, ["year"], newer="version")
