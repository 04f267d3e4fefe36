"""Events and their envelope: CloudEvents 1.0, structured JSON, the same bytes in outbox, bus and dead letter."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from shared import clock
from shared.ids import new_id
from shared.traces import WRITTEN, Here, traceparent_here, traceparent_in

ID = re.compile(rb'"id":"([0-9a-f-]{36})"')
PLACE = re.compile(rb'"traceparent":"(%b)"' % WRITTEN.encode())
BEGINNING = 400  # bytes; in ours the attributes stand before what they are of
LARGEST_EVENT = 64 * 1024  # bytes; intermediaries need not carry more (CloudEvents 1.0, size limits)


class Event(BaseModel):
    """A fact in the past tense. Unknown fields are ignored, so that a publisher may add to its events."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    source: ClassVar[str]
    topic: ClassVar[str]

    id: UUID = Field(default_factory=new_id, exclude=True)
    time: AwareDatetime = Field(default_factory=clock.now, exclude=True)
    traceparent: str | None = Field(default_factory=traceparent_here, exclude=True)

    @property
    def key(self) -> str:
        """Events with the same key are delivered in order."""
        raise NotImplementedError


class Envelope(BaseModel):
    """What CloudEvents 1.0 asks of every event; further attributes are ignored."""

    model_config = ConfigDict(extra="ignore")

    specversion: str = Field(pattern=r"^1\.0$")
    id: UUID
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    time: AwareDatetime
    traceparent: Annotated[str | None, BeforeValidator(traceparent_in)] = None
    data: dict[str, Any]


class Unreadable(Exception):
    """The bytes are no event that this version understands; they will not become one by trying again."""


def glimpse(body: bytes) -> Here:
    """Which event an envelope holds, and in which trace, as far as its beginning says; nothing is proved by it."""
    id_, place = ID.search(body, 0, BEGINNING), PLACE.search(body, 0, BEGINNING)
    return Here(place[1].decode() if place else None, None, id_[1].decode() if id_ else None)


def encode(event: Event) -> bytes:
    """The envelope of an event. Raises ValueError above 64 KiB, before the event is stored anywhere."""
    traced = {"traceparent": event.traceparent} if event.traceparent else {}
    body = to_json(
        {
            "specversion": "1.0",
            "id": event.id,
            "source": event.source,
            "type": event.type,
            "time": event.time,
            **traced,
            "datacontenttype": "application/json",
            "subject": event.key,
            "partitionkey": event.key,
            "data": event,
        }
    )
    if len(body) > LARGEST_EVENT:
        raise ValueError(f"{event.type} is {len(body)} bytes, more than {LARGEST_EVENT}")
    return body


def by_type(*published: Iterable[type[Event]]) -> dict[str, type[Event]]:
    """Published classes by their CloudEvents type."""
    return {event.type: event for classes in published for event in classes}


def unknown(type_: str) -> str:
    """What is said of an event whose type, or the source beside it, is not published."""
    return f"unknown type or source: {type_[:80]}"


def decode(body: bytes, published: Mapping[str, type[Event]]) -> Event:
    """The event in an envelope. Raises Unreadable for anything that is not a published event."""
    if len(body) > LARGEST_EVENT:
        raise Unreadable(f"larger than {LARGEST_EVENT} bytes")
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"no CloudEvents 1.0 envelope ({error.error_count()} faults)") from None
    event = published.get(envelope.type)
    if event is None or event.source != envelope.source:
        raise Unreadable(unknown(envelope.type))
    try:
        ours = {"id": envelope.id, "time": envelope.time, "traceparent": envelope.traceparent}
        return event.model_validate(envelope.data | ours)
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()})[:5])
        raise Unreadable(f"{envelope.type}: not valid at {places}") from None
