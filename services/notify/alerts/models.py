"""Tables of alerts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from services.notify.alerts.rules import Kind, Severity, State
from services.notify.tables import Table
from shared.db import Instant, Json
from shared.ids import new_id


def _one_of(column: str, values: type[Kind] | type[Severity] | type[State]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", column)


class Alert(Table, table=True):
    """A fact for one recipient (提醒): one per cause and post, however often the cause is told."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("cause_event_id", "recipient"),
        UniqueConstraint("position"),
        Index(None, "recipient", "position"),
        Index(None, "recipient", "quota_id", "percent", "position"),
        _one_of("kind", Kind),
        _one_of("severity", Severity),
        _one_of("state", State),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    position: int = Field(sa_type=BigInteger)  # in the order of commits, so that a reader who saw one saw all before
    cause_event_id: UUID
    recipient: str = Field(max_length=60, foreign_key="recipients.code")
    kind: str = Field(max_length=40)
    severity: str = Field(max_length=20)
    programme: str = Field(max_length=60)
    unit: str | None = Field(default=None, max_length=60)
    quota_id: UUID
    percent: int | None = None
    facts: dict[str, Any] = Field(sa_type=Json)
    state: str = Field(default=State.OPEN, max_length=20)
    supersedes: UUID | None = Field(default=None, foreign_key="alerts.id")
    raised_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class AlertPosition(Table, table=True):
    """The last position given to an alert; its row is locked from there to the commit."""

    __tablename__ = "alert_position"

    name: str = Field(primary_key=True, max_length=20)
    last: int = Field(sa_type=BigInteger)
