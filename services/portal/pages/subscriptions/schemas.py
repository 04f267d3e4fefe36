"""What notify answers about subscriptions, as far as these pages show it."""

from datetime import date, datetime
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


class ChosenPost(ServiceAnswer):
    """A post that may be chosen."""

    code: str
    post_zh: str
    post_en: str


class ChosenChannel(ServiceAnswer):
    """A channel that may be chosen."""

    code: str
    name: str


class SentByChannel(ServiceAnswer):
    """How many messages a post would have had by a channel; without addresses none of them had gone."""

    channel: str
    messages: int
    digests: int
    to_come: int
    addresses: int


class SentToPost(ServiceAnswer):
    """A post that would have heard, and how many of its alerts it did have at the time."""

    recipient: str
    alerts: int
    heard_then: int
    channels: list[SentByChannel]


class CountedKind(ServiceAnswer):
    """How many alerts of one kind and severity."""

    kind: str
    severity: str
    alerts: int


class SampleText(ServiceAnswer):
    """A message as its reader would have had it."""

    subject: str
    text: str


class SampleMessage(ServiceAnswer):
    """One of the messages, in both languages."""

    recipient: str
    purpose: str
    channels: list[str]
    at: datetime
    zh: SampleText
    en: SampleText


class BacktestAnswer(ServiceAnswer):
    """What a subscription would have sent since a day, of so many events."""

    since: date
    until: datetime
    events: int
    alerts: int
    messages: int
    recipients: list[SentToPost]
    kinds: list[CountedKind]
    samples: list[SampleMessage]
