"""What a message is for, what of much is said, and what a subscription would have had written. Pure."""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import ClassVar
from uuid import UUID

from services.notify.alerts.rules import AlertContent, series_of, together
from services.notify.recipients.rules import PostLinks
from services.notify.subscriptions.rules import (
    ActiveSubscription,
    Departure,
    IsWorking,
    recipients_of,
    sooner,
    with_stand_ins,
)
from shared.events import Event, encode
from shared.problems import Language


class Purpose(StrEnum):
    """Why a message is written (用途)."""

    ALERT = "alert"
    DIGEST = "digest"
    FOLLOW_UP = "follow_up"
    TEST = "test"
    SECURITY_NOTICE = "security_notice"
    EVENT = "event"


@dataclass(frozen=True)
class NewMessage:
    """A message that is to be written: to one recipient, of these alerts in their order.

    It goes at once, or not before an instant; in its recipient's language, or in another.
    """

    recipient: str
    purpose: Purpose
    alerts: Sequence[UUID] = ()
    not_before: datetime | None = None
    language: Language | None = None


@dataclass(frozen=True)
class NewEventMessage:
    """An event that is to go to an institution's own post, in the bytes that are sent."""

    recipient: str
    event_id: UUID
    registration_id: UUID | None
    type: str
    happened_at: datetime
    body: str


class EndpointTrial(Event):
    """回调测试: sent to one endpoint, and to nobody by the bus"""

    type: ClassVar[str] = "notify.webhook.test.v1"
    source: ClassVar[str] = "/notify"
    topic: ClassVar[str] = "talent.notify.v1"

    endpoint_id: UUID

    @property
    def key(self) -> str:
        """It stands alone."""
        return str(self.endpoint_id)


OF_OTHERS = ("moved_with", "yields")  # what an event says of registrations that may be another institution's


def event_body(event: Event) -> str:
    """An event as an institution hears it: as it is on the bus, without what it says of others' registrations."""
    envelope = json.loads(encode(event))
    for name in OF_OTHERS:
        envelope["data"].pop(name, None)
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class NotedBatch:
    """What one batch of events meant, and the local time at which it came."""

    at: datetime
    contents: Sequence[AlertContent]


@dataclass(frozen=True)
class WouldBeMessage:
    """A message that would have been written: to a post, by these channels, at a local time, saying these alerts."""

    recipient: str
    purpose: Purpose
    channels: frozenset[str]
    at: datetime
    contents: Sequence[AlertContent]


def last_words(said: Sequence[tuple[UUID, Hashable]]) -> list[UUID]:
    """Of alerts in order, each with what it is about, the last about each (以最后一条为准), still in order."""
    last = {about: alert_id for alert_id, about in said}
    return [alert_id for alert_id, about in said if last[about] == alert_id]


class Backtest:
    """What one subscription alone would have had written (回测), batch by batch, as the consumer does it.

    Posts, their leave and the calendar are those of now. Corrections of what a post heard otherwise come beside it, and
    what was overtaken in a queue, or merged for a channel's pace, is counted singly.
    """

    def __init__(self, subscription: ActiveSubscription, posts: Mapping[str, PostLinks], is_working: IsWorking) -> None:
        self._subscription, self._posts, self._is_working = subscription, posts, is_working
        self._held: dict[tuple[str, str, Departure], list[AlertContent]] = {}
        self.heard: list[tuple[str, AlertContent]] = []  # each alert, with the post that would have had it
        self._at_once: list[WouldBeMessage] = []

    def add(self, batch: NotedBatch) -> None:
        """Go on with what the next batch would have come to."""
        departures: dict[tuple[UUID, str], Mapping[str, Departure | None]] = {}
        by_post: dict[str, list[AlertContent]] = {}
        for content in batch.contents:
            found = recipients_of(content, [self._subscription], batch.at, self._is_working)
            for post, chosen in with_stand_ins(found, self._posts, batch.at.date()).items():
                departures[content.cause, post] = chosen
                by_post.setdefault(post, []).append(content)
        prompt: dict[tuple[str, frozenset[str]], list[AlertContent]] = {}
        for post, contents in by_post.items():
            for content in together(contents):
                chosen = reduce(sooner, (departures[cause, post] for cause in content.causes))
                at_once = frozenset(name for name, departure in chosen.items() if departure is None)
                prompt.setdefault((post, at_once), []).append(content)
                self.heard.append((post, content))
                for name, departure in chosen.items():
                    if departure:
                        self._held.setdefault((post, name, departure), []).append(content)
        for (post, names), contents in prompt.items():
            self._at_once.append(WouldBeMessage(post, Purpose.ALERT, names, batch.at, contents))

    @property
    def messages(self) -> list[WouldBeMessage]:
        """Every message, in the order in which they would have gone."""
        held = [
            WouldBeMessage(
                post,
                Purpose.DIGEST if departure.days else Purpose.ALERT,
                frozenset([name]),
                departure.at,
                last_contents(contents),
            )
            for (post, name, departure), contents in self._held.items()
        ]
        return sorted([*self._at_once, *held], key=lambda each: each.at)


def last_contents(contents: Iterable[AlertContent]) -> list[AlertContent]:
    """Of what is said in one message the last word about each subject and series."""
    known = {content.cause: content for content in contents}
    about = [(each.cause, (each.subject_kind, each.subject_ref, series_of(each.kind))) for each in known.values()]
    return [known[cause] for cause in last_words(about)]
