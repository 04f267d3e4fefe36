"""Bodies of requests and answers about subscriptions."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notify.alerts.rules import Kind, Severity
from services.notify.channels.rules import Channel
from services.notify.subscriptions.models import Subscription
from services.notify.subscriptions.rules import DEFAULT_CHANNELS, DEFAULT_KINDS
from shared.contracts.parts import Code

Programmes = Annotated[list[Code], Field(min_length=1, max_length=100)]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=len(Kind))]
Channels = Annotated[list[Channel], Field(min_length=1, max_length=len(Channel))]


class NewSubscription(BaseModel):
    """What a post asks to hear of; null for all programmes, all units within the post's own reach."""

    model_config = ConfigDict(extra="forbid")

    recipient: Code
    programmes: Programmes | None = None
    units: Programmes | None = None
    kinds: Kinds = list(DEFAULT_KINDS)
    min_severity: Severity = Severity.INFO
    channels: Channels = list(DEFAULT_CHANNELS)


class SubscriptionChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    programmes: Programmes | None = None
    units: Programmes | None = None
    kinds: Kinds | None = None
    min_severity: Severity | None = None
    channels: Channels | None = None


class SubscriptionRead(NewSubscription):
    """A subscription as it is kept."""

    id: UUID
    version: int

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionRead":
        """The answer for one subscription."""
        return cls.model_validate(subscription.model_dump(exclude={"created_at"}))


class Gone(BaseModel):
    """The empty answer to a removal."""
