"""Tables of deliveries and their attempts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from services.notify.channels.rules import Channel
from services.notify.deliveries.rules import State, Status
from services.notify.tables import Table
from shared.db import Instant
from shared.ids import new_id


def _one_of(column: str, values: type[Channel] | type[State] | type[Status]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", column)


class Delivery(Table, table=True):
    """The way of one alert to its recipient by one channel (投递); without an alert it is a trial of the channel."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel"),
        Index(None, "state", "due_at"),
        _one_of("channel", Channel),
        _one_of("state", State),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    alert_id: UUID | None = Field(default=None, foreign_key="alerts.id")
    recipient: str = Field(max_length=60, foreign_key="recipients.code", index=True)
    channel: str = Field(max_length=20)
    state: str = Field(max_length=20)
    attempts: int = 0  # all of them
    tries: int = 0  # those since it was last sent on its way
    due_at: datetime | None = Field(default=None, sa_type=Instant)  # next try, or while sending the end of the lease
    created_at: datetime = Field(sa_type=Instant)


class Attempt(Table, table=True):
    """One attempt to deliver, and how it ended (投递记录)."""

    __tablename__ = "attempts"
    __table_args__ = (_one_of("status", Status),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="deliveries.id")
    number: int = Field(primary_key=True)
    status: str = Field(max_length=20)
    code: str | None = Field(default=None, max_length=40)
    started_at: datetime = Field(sa_type=Instant)
    duration_ms: int | None = None
    next_try_at: datetime | None = Field(default=None, sa_type=Instant)
