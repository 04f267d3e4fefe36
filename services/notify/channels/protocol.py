"""What a channel is, and what goes through it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel

from shared.config import Settings
from shared.problems import Language, Said


class SendResult(StrEnum):
    """How one attempt ended: `retry` may go better later, `failed` will not."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True)
class SendOutcome:
    """The answer to one attempt; `code` is the other side's reply code or a word for what went wrong on the way.

    `not_before` is in how many seconds the other side will hear of it again, `channel_broken` whether it will not until
    somebody repaired the channel, `perhaps_sent` whether it may have the message all the same. `said` is what the other
    side said in its own words, a line without secrets.
    """

    result: SendResult
    code: str
    not_before: int = 0
    channel_broken: bool = False
    perhaps_sent: bool = False
    said: str = ""


@dataclass(frozen=True)
class AlertText:
    """One alert as a message says it; `page` is the address that shows its figures.

    `sign` is the address where one tap signs for it, empty where it is signed for or the channel has readers beside
    the post.
    """

    alert_id: UUID
    title: str
    body: str
    page: str
    sign: str = ""


@dataclass(frozen=True)
class MessageContent:
    """What a message (信件) says, complete, in its reader's language: as plain text, and its alerts one by one.

    `inbox` is the address where all alerts of the reader are.
    """

    post: str
    subject: str
    text: str
    alerts: Sequence[AlertText] = ()
    language: Language = "zh"
    inbox: str = ""


@dataclass(frozen=True)
class RenderedMessage:
    """A message in the form in which a channel carries it, within its limits."""

    subject: str
    text: str


@dataclass(frozen=True)
class OutgoingMessage:
    """What goes out for one delivery, complete: nothing is looked up while it is on its way.

    By its `id`, the delivery's or that of the event it carries, a receiver knows what it had before.
    """

    id: UUID
    post: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True)
class Limits:
    """How much a channel carries: characters of a subject's one line, bytes of a text in UTF-8, messages a minute.

    `per_minute` is for all messages of one channel together, and lies below what the other side allows.
    """

    subject_characters: int
    text_bytes: int
    per_minute: int | None = None


class Channel(Protocol):
    """A way to reach a recipient (渠道), or a kind of them. An instance is what a sender holds while it runs.

    `by_default` says whether a new post hears by it unless it says otherwise. `at_once` is the outcome of a channel
    that has its deliveries in the transaction that writes them, and needs neither address nor sender. `connects_by` is
    the form of the settings by which channels of this kind are connected; what is no `stands_alone` is no channel
    without them. `has_address`: it leads somewhere by itself (a group), and a post's own address only adds to that.
    `signs`: what it carries is read by the post alone, so that a link in it may sign for an alert. `version` is that of
    the settings it was opened with, where they are kept in a row. `knows_repetitions`: its other side knows by an id
    what it had before; what a robot may have is repeated once, and says so.
    """

    name: ClassVar[str]
    title: ClassVar[Said]
    limits: ClassVar[Limits]
    by_default: ClassVar[bool] = False
    at_once: ClassVar[SendOutcome | None] = None
    connects_by: ClassVar[type[BaseModel] | None] = None
    stands_alone: ClassVar[bool] = True
    has_address: ClassVar[bool] = False
    signs: ClassVar[bool] = False
    knows_repetitions: ClassVar[bool] = True
    version: int = 0

    @abstractmethod
    def __init__(self, settings: Settings, connected: Any = None) -> None:
        """`connected` are the settings of one channel, in the form of `connects_by`."""
        ...

    @classmethod
    @abstractmethod
    def means(cls) -> str:
        """By what it goes at present, in one word; no secret is in it."""
        ...

    @classmethod
    @abstractmethod
    def is_address(cls, text: str) -> bool:
        """Whether it can serve this address."""
        ...

    @classmethod
    def render(cls, content: MessageContent) -> RenderedMessage:
        """Give a message's content the form it can carry: a subject of one line, a text cut between characters."""
        subject = one_line(content.subject, cls.limits.subject_characters)
        return RenderedMessage(subject, cut(content.text, cls.limits.text_bytes))

    @abstractmethod
    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Send to one address and say what came of it. Never raises for what the other side or the network does."""
        ...


def one_line(text: str, longest: int = 200) -> str:
    """A text as it may stand in a header: no line breaks or other control characters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def cut(text: str, longest: int) -> str:
    """The beginning of a text that has so many bytes in UTF-8, or fewer where a character would be cut."""
    return text.encode()[:longest].decode(errors="ignore")
