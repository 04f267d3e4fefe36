"""Bodies of requests and answers about subscriptions."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notify.alerts.rules import KINDS, Severity
from services.notify.alerts.schemas import KindName
from services.notify.channels.registry import ChannelCode, by_default
from services.notify.choices import AtMostAll, ListedWord
from services.notify.subscriptions.models import AlertSubscription
from shared.fields import Code, IfGiven

Codes = Annotated[list[Code], Field(min_length=1, max_length=100)]
Kinds = Annotated[list[KindName], Field(min_length=1), AtMostAll(lambda: KINDS)]
Channels = Annotated[list[ChannelCode], Field(min_length=1, max_length=50)]


class NewSubscription(BaseModel):
    """What a post asks to hear of; null for all programmes, all units within the post's own reach."""

    model_config = ConfigDict(extra="forbid")

    recipient: Code
    programmes: Codes | None = None
    units: Codes | None = None
    kinds: Kinds = list(KINDS)
    min_severity: Severity = Severity.INFO
    channels: Channels = by_default()


class SubscriptionChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    programmes: Codes | None = None
    units: Codes | None = None
    kinds: IfGiven[Kinds] = None
    min_severity: IfGiven[Severity] = None
    channels: IfGiven[Channels] = None


class SubscriptionRead(BaseModel):
    """A subscription as it is kept."""

    recipient: Code
    programmes: Codes | None
    units: Codes | None
    kinds: list[Annotated[str, ListedWord(lambda: KINDS)]]
    min_severity: Severity
    channels: list[str]
    id: UUID
    version: int

    @classmethod
    def of(cls, subscription: AlertSubscription) -> "SubscriptionRead":
        """The answer for one subscription."""
        kinds = list(KINDS) if subscription.kinds is None else subscription.kinds
        return cls.model_validate(subscription.model_dump(exclude={"created_at"}) | {"kinds": kinds})


class SubscriptionGone(BaseModel):
    """The empty answer to a removal."""
