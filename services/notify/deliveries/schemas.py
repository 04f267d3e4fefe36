"""Bodies of requests and answers about deliveries; an address is in none of them."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.notify.channels.registry import ChannelCode
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import AttemptStatus, DeliveryState
from services.notify.messages.models import MessageEvent
from shared.fields import Code, Instant


class AttemptRead(BaseModel):
    """One attempt: how it ended, the code the other side gave, how long it took, when it is tried again."""

    number: int
    status: AttemptStatus
    code: str | None
    started_at: AwareDatetime
    duration_ms: int | None
    next_try_at: AwareDatetime | None


class DeliveryRead(BaseModel):
    """One delivery with every attempt; `alert_id` null for a trial of the channel.

    `merged_into` is the delivery that went for it, where several for the same post went as one message.
    """

    id: UUID
    alert_id: UUID | None
    recipient: str
    channel: str
    state: DeliveryState
    merged_into: UUID | None
    created_at: AwareDatetime
    attempts: list[AttemptRead]

    @classmethod
    def of(cls, delivery: Delivery, attempts: Sequence[Attempt], alert_id: UUID | None) -> "DeliveryRead":
        """The answer for one delivery."""
        written = [attempt.model_dump() for attempt in attempts]
        return cls.model_validate(delivery.model_dump() | {"attempts": written, "alert_id": alert_id})


class EndpointDeliveryRead(BaseModel):
    """One delivery of an event to an institution's endpoint, with every attempt; what was sent is not in it.

    `registration_id` is null for a trial.
    """

    id: UUID
    event_id: UUID
    type: str
    registration_id: UUID | None
    happened_at: AwareDatetime
    state: DeliveryState
    created_at: AwareDatetime
    attempts: list[AttemptRead]

    @classmethod
    def of(cls, delivery: Delivery, attempts: Sequence[Attempt], event: MessageEvent) -> "EndpointDeliveryRead":
        """The answer for one delivery."""
        written = [attempt.model_dump() for attempt in attempts]
        return cls.model_validate(event.model_dump() | delivery.model_dump() | {"attempts": written})


class EndpointReplay(BaseModel):
    """The time whose events are sent again: from `since` on, and where it is given before `until`; 90 days are kept."""

    model_config = ConfigDict(extra="forbid")

    since: Instant
    until: Instant | None = None


class EndpointReplayed(BaseModel):
    """How many events are on their way again."""

    endpoint_id: UUID
    resent: int


class ResendMany(BaseModel):
    """Which deliveries to send again: by a channel, given up or waiting for a try, started since an instant."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelCode
    state: Literal["failed", "pending"] = "failed"
    since: Instant


class ResentMany(BaseModel):
    """How many deliveries are on their way again."""

    channel: str
    resent: int


class ChannelHealth(BaseModel):
    """How a channel fares (渠道状况): since when nothing gets through, how much waits, and how much was given up.

    `failing_since` is null while the last attempt got through, or none was made since; `held_back` are alerts that wait
    for a digest or the end of quiet hours.
    """

    code: str
    last_delivered_at: AwareDatetime | None
    failing_since: AwareDatetime | None
    last_code: str | None
    waiting: int
    oldest_due_at: AwareDatetime | None
    held_back: int
    dead: int


class ChannelTest(BaseModel):
    """The post that receives the trial."""

    model_config = ConfigDict(extra="forbid")

    recipient: Code
