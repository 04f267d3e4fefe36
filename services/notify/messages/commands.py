"""Writing messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.notify.messages.models import Message, MessageAlert
from services.notify.messages.rules import NewMessage
from shared import clock
from shared.db import insert_rows, table_of
from shared.ids import new_id


class WrittenMessage(NamedTuple):
    """A message that is written, as far as its deliveries need it."""

    id: UUID
    recipient: str
    not_before: datetime | None


def write(session: Session, wanted: Sequence[NewMessage]) -> list[WrittenMessage]:
    """Write messages (写信件), in order. Rows of messages and message_alerts, in one statement each; sends nothing."""
    now = clock.now()
    messages = [WrittenMessage(new_id(), new.recipient, new.not_before) for new in wanted]
    rows = [
        {**message._asdict(), "purpose": new.purpose, "language": new.language, "created_at": now}
        for message, new in zip(messages, wanted, strict=True)
    ]
    insert_rows(session, table_of(Message), rows)
    carried = [
        {"message_id": message.id, "number": number, "alert_id": alert_id}
        for message, new in zip(messages, wanted, strict=True)
        for number, alert_id in enumerate(new.alerts, start=1)
    ]
    insert_rows(session, table_of(MessageAlert), carried)
    return messages
