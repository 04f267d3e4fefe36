"""Bodies of requests and answers about what a subscription would have sent (回测)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Discriminator, Tag

from services.notify.alerts.rules import Severity
from services.notify.messages.rules import Purpose
from services.notify.subscriptions.schemas import NewSubscription
from shared.fields import Day


def _which(given: Any) -> str:
    return "proposed" if isinstance(given, Mapping | NewSubscription) else "kept"


WhichSubscription = Annotated[
    Annotated[UUID, Tag("kept")] | Annotated[NewSubscription, Tag("proposed")], Discriminator(_which)
]


class BacktestWanted(BaseModel):
    """What to look back at: a subscription by its id, or one that is only proposed, since the beginning of a day."""

    model_config = ConfigDict(extra="forbid")

    subscription: WhichSubscription
    since: Day


class WouldBeByChannel(BaseModel):
    """How many messages a post would have had by a channel, how many of them digests, and how many are yet to go.

    `addresses` is how many of the post's addresses each would have gone to: 0 where it has none, and none had gone.
    """

    channel: str
    messages: int
    digests: int
    to_come: int
    addresses: int


class WouldBeRecipient(BaseModel):
    """A post that would have heard: the subscription's own, or its deputy while it was on leave.

    `heard_then` is how many of its `alerts` it did have at the time, by whatever subscription.
    """

    recipient: str
    alerts: int
    heard_then: int
    channels: list[WouldBeByChannel]


class WouldBeKind(BaseModel):
    """How many alerts of one kind and severity."""

    kind: str
    severity: Severity
    alerts: int


class WouldBeText(BaseModel):
    """A message as its reader would have had it."""

    subject: str
    text: str


class WouldBeSample(BaseModel):
    """One of the messages, in both languages; its alerts exist nowhere and have no number."""

    recipient: str
    purpose: Purpose
    channels: list[str]
    at: AwareDatetime
    alerts: int
    zh: WouldBeText
    en: WouldBeText


class BacktestRead(BaseModel):
    """What a subscription would have sent since a day (回测): nothing is sent, and nothing of it is kept.

    Of `events` that came, by posts, leave, calendar and channels as they are now; what a robot's pace would have
    merged is counted singly. `samples` are the newest messages, none for who may not read alerts.
    """

    since: Day
    until: AwareDatetime
    events: int
    alerts: int
    messages: int
    recipients: list[WouldBeRecipient]
    kinds: list[WouldBeKind]
    samples: list[WouldBeSample]
