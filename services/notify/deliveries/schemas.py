"""Bodies of requests and answers about deliveries; an address is in none of them."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.rules import AttemptStatus, DeliveryState
from shared.fields import Code


class AttemptRead(BaseModel):
    """One attempt: how it ended, the code the other side gave, how long it took, when it is tried again."""

    number: int
    status: AttemptStatus
    code: str | None
    started_at: AwareDatetime
    duration_ms: int | None
    next_try_at: AwareDatetime | None


class DeliveryRead(BaseModel):
    """One delivery with every attempt; `alert_id` null for a trial of the channel."""

    id: UUID
    alert_id: UUID | None
    recipient: str
    channel: str
    state: DeliveryState
    created_at: AwareDatetime
    attempts: list[AttemptRead]

    @classmethod
    def of(cls, delivery: Delivery, attempts: Sequence[Attempt], alert_id: UUID | None) -> "DeliveryRead":
        """The answer for one delivery."""
        written = [attempt.model_dump() for attempt in attempts]
        return cls.model_validate(delivery.model_dump() | {"attempts": written, "alert_id": alert_id})


class ChannelTest(BaseModel):
    """The post that receives the trial."""

    model_config = ConfigDict(extra="forbid")

    recipient: Code
