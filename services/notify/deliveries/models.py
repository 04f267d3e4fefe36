"""Tables of deliveries and their attempts, and of what waits to become one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from services.notify.deliveries.rules import AttemptStatus, DeliveryState
from services.notify.tables import NotifyTable, one_of
from shared.columns import classes
from shared.db import Instant
from shared.ids import new_id

UNSETTLED = text("state IN ('pending', 'sending')")


class Delivery(NotifyTable, table=True):
    """The way of one message to its recipient's address of one channel (投递).

    To a `former_address` goes only word that the post is reached elsewhere now; its number is 0 or below.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "channel", "address_number"),
        Index(None, "channel", "state", "due_at"),
        Index(
            "ix_deliveries_under_way",
            "channel",
            "recipient",
            "address_number",
            "id",
            postgresql_where=UNSETTLED,
            sqlite_where=UNSETTLED,
        ),
        one_of("state", DeliveryState),
    )

    __classes__ = classes(
        personal="recipient former_address",
        internal="id message_id channel address_number state merged_into attempts tries due_at created_at traceparent",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    message_id: UUID = Field(foreign_key="messages.id")
    recipient: str = Field(max_length=60, foreign_key="recipients.code", index=True)
    channel: str = Field(max_length=20)
    address_number: int = 1  # of the recipient's addresses of that channel
    former_address: str | None = Field(default=None, max_length=500)
    state: str = Field(max_length=20)
    merged_into: UUID | None = None  # the delivery that goes for it, where several went as one message
    attempts: int = 0  # all of them
    tries: int = 0  # those since it was last sent on its way
    due_at: datetime | None = Field(default=None, sa_type=Instant)  # next try, or while sending the end of the lease
    created_at: datetime = Field(sa_type=Instant)
    traceparent: str | None = Field(default=None, max_length=55)  # of what brought it about, where that is one


class WaitingAlert(NotifyTable, table=True):
    """An alert that waits for its time to go out by a channel (暂存); gone from here once it is in a message.

    `days` are those of its digest, null where it waits for the end of quiet hours.
    """

    __tablename__ = "waiting_alerts"
    __table_args__ = (Index(None, "channel", "due_at"),)

    __classes__ = classes(
        personal="recipient",
        internal="alert_id channel due_at days",
    )

    alert_id: UUID = Field(primary_key=True, foreign_key="alerts.id")
    channel: str = Field(primary_key=True, max_length=20)
    recipient: str = Field(max_length=60, foreign_key="recipients.code")
    due_at: datetime = Field(sa_type=Instant)
    days: str | None = Field(default=None, max_length=20)


class DayDigest(NotifyTable, table=True):
    """That a post had its digest (摘要) of a day by a channel; its key is why there is no second."""

    __tablename__ = "digests"

    __classes__ = classes(
        personal="recipient",
        internal="channel digest_on message_id written_at",
    )

    recipient: str = Field(primary_key=True, max_length=60, foreign_key="recipients.code")
    channel: str = Field(primary_key=True, max_length=20)
    digest_on: date = Field(primary_key=True)
    message_id: UUID | None = Field(default=None, foreign_key="messages.id")
    written_at: datetime = Field(sa_type=Instant)


class ChannelPace(NotifyTable, table=True):
    """From when on a message may go by a channel that carries so many a minute; its row is locked while one is chosen.

    `since` is when that was found: before it the clock was set back, and what is kept here says nothing.
    """

    __tablename__ = "channel_pace"

    __classes__ = classes(
        internal="channel free_at since",
    )

    channel: str = Field(primary_key=True, max_length=20)
    free_at: datetime = Field(sa_type=Instant)
    since: datetime = Field(sa_type=Instant)


class Attempt(NotifyTable, table=True):
    """One attempt to deliver, and how it ended (投递记录)."""

    __tablename__ = "attempts"
    __table_args__ = (one_of("status", AttemptStatus),)

    __classes__ = classes(
        internal="delivery_id number status code started_at duration_ms next_try_at",
    )

    delivery_id: UUID = Field(primary_key=True, foreign_key="deliveries.id")
    number: int = Field(primary_key=True)
    status: str = Field(max_length=20)
    code: str | None = Field(default=None, max_length=40)
    started_at: datetime = Field(sa_type=Instant)
    duration_ms: int | None = None
    next_try_at: datetime | None = Field(default=None, sa_type=Instant)
