"""Bodies of requests and answers about subscriptions, and about institutions' endpoints."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.notify.alerts.rules import KINDS, Severity
from services.notify.alerts.schemas import KindName
from services.notify.channels.registry import ChannelCode, by_default
from services.notify.choices import AtMostAll, ListedWord, OneOf
from services.notify.subscriptions.models import AlertSubscription, WebhookEndpoint, endpoint_settings
from services.notify.subscriptions.rules import DigestDays
from shared.auth import Caller
from shared.contracts.registration import REGISTRATION_EVENTS
from shared.fields import Code, Flag, IfGiven, OneLine, Sentence

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


EVENT_TYPES = tuple(event.type for event in REGISTRATION_EVENTS)

EventType = Annotated[str, OneOf(lambda: EVENT_TYPES)]
EventTypes = Annotated[list[EventType], Field(min_length=1), AtMostAll(lambda: EVENT_TYPES)]
EndpointUrl = Annotated[OneLine, Field(max_length=1000, examples=["https://hr.example.org/hooks/talent"])]


class NewEndpoint(BaseModel):
    """Where an institution's own system wants to hear of its registrations; without `events` of all there are."""

    model_config = ConfigDict(extra="forbid")

    url: EndpointUrl
    events: EventTypes | None = None
    description: Sentence | None = None


class EndpointChange(BaseModel):
    """What to change; what is left out stays. `enabled` switches it off, or on again."""

    model_config = ConfigDict(extra="forbid")

    url: IfGiven[EndpointUrl] = None
    events: EventTypes | None = None
    description: Sentence | None = None
    enabled: IfGiven[Flag] = None


class EndpointRead(BaseModel):
    """An endpoint as it is kept (回调地址); others than its institution see of `url` the host alone.

    `failing_since` is null while what is sent gets through. One that was switched off by itself says why
    (`disabled_code`), by hand only when. Until `previous_secret_until` the secret of before signs as well.
    """

    id: UUID
    institution_id: UUID
    url: str
    events: list[Annotated[str, ListedWord(lambda: EVENT_TYPES)]]
    description: str | None
    enabled: bool
    failing_since: AwareDatetime | None
    disabled_at: AwareDatetime | None
    disabled_code: str | None
    previous_secret_until: AwareDatetime | None
    created_by: str
    created_at: AwareDatetime
    version: int

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, caller: Caller) -> "EndpointRead":
        """The answer for one endpoint, as its reader sees it."""
        return cls.model_validate(_shown(endpoint, caller))


class EndpointIssued(EndpointRead):
    """An endpoint with the secret that was made for it, shown this once; null to whoever repeats the request."""

    secret: str | None

    @classmethod
    def with_secret(cls, endpoint: WebhookEndpoint, caller: Caller, secret: str | None) -> "EndpointIssued":
        """The answer that shows a secret."""
        return cls.model_validate(_shown(endpoint, caller) | {"secret": secret})


class EndpointGone(BaseModel):
    """The empty answer to a removal."""


def _shown(endpoint: WebhookEndpoint, caller: Caller) -> dict[str, Any]:
    url = str(endpoint_settings(endpoint)["url"])
    parts = urlsplit(url)
    own = caller.institution_id == endpoint.institution_id
    return endpoint.model_dump(exclude={"settings", "channel"}) | {
        "url": url if own else f"{parts.scheme}://{parts.netloc}",
        "events": list(EVENT_TYPES) if endpoint.events is None else endpoint.events,
        "previous_secret_until": endpoint.previous_until,
    }
