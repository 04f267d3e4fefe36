"""Bodies of requests and answers about subscriptions."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.notify.alerts.rules import KINDS, Severity
from services.notify.alerts.schemas import KindName
from services.notify.channels.registry import ChannelCode, by_default
from services.notify.choices import AtMostAll, ListedWord
from services.notify.subscriptions.models import AlertSubscription
from services.notify.subscriptions.rules import DigestDays
from shared.fields import Code, IfGiven

Codes = Annotated[list[Code], Field(min_length=1, max_length=100)]
Kinds = Annotated[list[KindName], Field(min_length=1), AtMostAll(lambda: KINDS)]
Channels = Annotated[list[ChannelCode], Field(min_length=1, max_length=50)]
LocalTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:53"])]


class Digest(BaseModel):
    """When digests (摘要) go out, in the bureau's time; not on the half hour, when every robot is busy."""

    model_config = ConfigDict(extra="forbid")

    at: LocalTime = "08:53"
    days: DigestDays = DigestDays.WORKING_DAYS


class QuietTimes(BaseModel):
    """Between which times nothing goes out (静默时段), in the bureau's time; days off are quiet all day."""

    model_config = ConfigDict(extra="forbid")

    start: LocalTime
    end: LocalTime

    @model_validator(mode="after")
    def _apart(self) -> "QuietTimes":
        if self.start == self.end:
            zh = "起止时间不得相同"
            raise PydanticCustomError("quiet_never", "should start and end at different times", {"zh": zh})
        return self


def _when(kept: AlertSubscription) -> dict[str, Any]:
    """When it has its alerts go out, as bodies have it."""
    digest = {"at": kept.digest_at, "days": kept.digest_days} if kept.digest_at else None
    quiet = {"start": kept.quiet_start, "end": kept.quiet_end} if kept.quiet_start else None
    return {"digest": digest, "quiet_hours": quiet}


class NewSubscription(BaseModel):
    """What a post asks to hear of; null for all programmes, all units within the post's own reach.

    Without `digest` alerts go at once; what is critical always does, also in quiet hours.
    """

    model_config = ConfigDict(extra="forbid")

    recipient: Code
    programmes: Codes | None = None
    units: Codes | None = None
    kinds: Kinds = list(KINDS)
    min_severity: Severity = Severity.INFO
    channels: Channels = by_default()
    digest: Digest | None = None
    quiet_hours: QuietTimes | None = None


class SubscriptionChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    programmes: Codes | None = None
    units: Codes | None = None
    kinds: IfGiven[Kinds] = None
    min_severity: IfGiven[Severity] = None
    channels: IfGiven[Channels] = None
    digest: Digest | None = None
    quiet_hours: QuietTimes | None = None


class SubscriptionRead(BaseModel):
    """A subscription as it is kept."""

    recipient: Code
    programmes: Codes | None
    units: Codes | None
    kinds: list[Annotated[str, ListedWord(lambda: KINDS)]]
    min_severity: Severity
    channels: list[str]
    digest: Digest | None
    quiet_hours: QuietTimes | None
    id: UUID
    version: int

    @classmethod
    def of(cls, subscription: AlertSubscription) -> "SubscriptionRead":
        """The answer for one subscription."""
        kinds = list(KINDS) if subscription.kinds is None else subscription.kinds
        return cls.model_validate(
            subscription.model_dump(exclude={"created_at"}) | {"kinds": kinds} | _when(subscription)
        )


class SubscriptionGone(BaseModel):
    """The empty answer to a removal."""
