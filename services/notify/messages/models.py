"""Tables of messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from services.notify.messages.rules import Purpose
from services.notify.tables import NotifyTable, one_of
from shared.columns import classes
from shared.db import Instant
from shared.ids import new_id


class Message(NotifyTable, table=True):
    """What goes to one recipient as one thing (信件)."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("purpose", Purpose),
        CheckConstraint("language IN ('zh', 'en')", "language"),
    )

    __classes__ = classes(
        personal="recipient",
        internal="id purpose language not_before created_at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recipient: str = Field(max_length=60, foreign_key="recipients.code")
    purpose: str = Field(max_length=20)
    language: str | None = Field(default=None, max_length=2)  # null: its recipient's, when it goes out
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


class MessageEvent(NotifyTable, table=True):
    """An event that a message carries to an institution's endpoints, in the bytes that are sent.

    It is of one registration of that institution; a trial is of none.
    """

    __tablename__ = "message_events"
    __table_args__ = (Index(None, "recipient", "happened_at"),)

    __classes__ = classes(
        personal="recipient registration_id body",
        internal="message_id event_id type happened_at",
    )

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id")
    recipient: str = Field(max_length=60, foreign_key="recipients.code")
    event_id: UUID = Field(unique=True)
    registration_id: UUID | None = None
    type: str = Field(max_length=100)
    happened_at: datetime = Field(sa_type=Instant)
    body: str = Field(sa_type=Text)


class MessageAlert(NotifyTable, table=True):
    """An alert that a message carries; `number` counts from 1 on, in the order in which they are said."""

    __tablename__ = "message_alerts"

    __classes__ = classes(
        internal="message_id number alert_id",
    )

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id")
    number: int = Field(primary_key=True)
    alert_id: UUID = Field(foreign_key="alerts.id", index=True)
