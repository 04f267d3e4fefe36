"""Tables of alerts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from services.notify.alerts.rules import AlertState, Severity
from services.notify.tables import NotifyTable, one_of
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id


class Alert(NotifyTable, table=True):
    """A fact about a subject for one recipient (提醒): one per cause and post, however often the cause comes."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("cause_event_id", "recipient"),
        UniqueConstraint("position"),
        Index(None, "recipient", "position"),
        Index(None, "subject_kind", "subject_ref", "position"),
        one_of("severity", Severity),
        one_of("state", AlertState),
    )

    __classes__ = classes(
        personal="recipient subject_ref",
        internal=(
            "id position cause_event_id kind severity programme unit subject_kind percent facts state "
            "supersedes raised_at acknowledged_at version"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    position: int = Field(sa_type=BigInteger)  # in the order of commits, so that a reader who saw one saw all before
    cause_event_id: UUID
    recipient: str = Field(max_length=60, foreign_key="recipients.code")
    kind: str = Field(max_length=40)
    severity: str = Field(max_length=20)
    programme: str = Field(max_length=60)
    unit: str | None = Field(default=None, max_length=60)
    subject_kind: str = Field(max_length=20)
    subject_ref: str = Field(max_length=60)
    percent: int | None = None
    facts: dict[str, Any] = Field(sa_type=Json)
    state: str = Field(default=AlertState.OPEN, max_length=20)
    supersedes: UUID | None = Field(default=None, foreign_key="alerts.id")
    raised_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class AlertCause(NotifyTable, table=True):
    """An event that an alert says together with a later one (X05), so that it raises nothing when it comes again."""

    __tablename__ = "alert_causes"

    __classes__ = classes(
        personal="recipient",
        internal="event_id alert_id",
    )

    event_id: UUID = Field(primary_key=True)
    recipient: str = Field(primary_key=True, max_length=60, foreign_key="recipients.code")
    alert_id: UUID = Field(foreign_key="alerts.id")


class NotedContent(NotifyTable, table=True):
    """What an event meant (提醒事由), whoever heard of it, so that one can look back at what somebody would have heard.

    `number` is its place in the batch of the consumer that brought it.
    """

    __tablename__ = "contents"

    __classes__ = classes(
        personal="subject_ref",
        internal="event_id batch number noted_at kind severity programme unit subject_kind percent facts",
    )

    event_id: UUID = Field(primary_key=True)
    batch: UUID
    number: int
    noted_at: datetime = Field(sa_type=Instant, index=True)
    kind: str = Field(max_length=40)
    severity: str = Field(max_length=20)
    programme: str = Field(max_length=60)
    unit: str | None = Field(default=None, max_length=60)
    subject_kind: str = Field(max_length=20)
    subject_ref: str = Field(max_length=60)
    percent: int | None = None
    facts: dict[str, Any] = Field(sa_type=Json)


class AlertPosition(NotifyTable, table=True):
    """The last position given to an alert; its row is locked from there to the commit."""

    __tablename__ = "alert_position"

    __classes__ = classes(
        internal="name last",
    )

    name: str = Field(primary_key=True, max_length=20)
    last: int = Field(sa_type=BigInteger)
