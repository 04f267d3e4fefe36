"""The ways to reach a post, and how an answer from outside is to be read."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """A way to reach a post (渠道)."""

    INBOX = "inbox"
    EMAIL = "email"


class Result(StrEnum):
    """How one attempt ended: `retry` may go better later, `failed` will not."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True)
class Letter:
    """What goes out for one delivery, complete: nothing is looked up while it is on its way."""

    delivery_id: UUID
    post: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """The answer to one attempt; `code` is the server's reply code or a word for what went wrong on the way."""

    result: Result
    code: str


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")


def is_address(text: str) -> bool:
    """Whether a text is a plain e-mail address: one line, ASCII, no name around it."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def one_line(text: str, longest: int = 200) -> str:
    """A text as it may stand in a header: no line breaks or other control characters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def reply(code: int) -> Outcome:
    """What an SMTP reply code means for the letter (RFC 5321, 4.2.1): 2xx taken, 5xx refused for good, else later."""
    if 200 <= code < 300:
        return Outcome(Result.DELIVERED, str(code))
    return Outcome(Result.FAILED if 500 <= code < 600 else Result.RETRY, str(code))
