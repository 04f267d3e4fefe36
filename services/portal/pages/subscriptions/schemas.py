"""What notify answers about subscriptions, as far as these pages show it."""

from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class DigestTimes(ServiceAnswer):
    """When digests go out."""

    at: str
    days: str


class QuietStretch(ServiceAnswer):
    """Between which times nothing goes out."""

    start: str
    end: str


class ShownSubscription(ServiceAnswer):
    """A subscription; null is all there is."""

    id: UUID
    recipient: str
    programmes: list[str] | None = None
    units: list[str] | None = None
    kinds: list[str]
    min_severity: str
    channels: list[str]
    digest: DigestTimes | None = None
    quiet_hours: QuietStretch | None = None
    version: int


class SubscriptionEnded(ServiceAnswer):
    """It is no more."""


class ChosenPost(ServiceAnswer):
    """A post that may be chosen."""

    code: str
    post_zh: str
    post_en: str


class ChosenChannel(ServiceAnswer):
    """A channel that may be chosen."""

    code: str
    name: str
