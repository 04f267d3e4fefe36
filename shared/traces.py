"""What belongs together (链路): the trace that leads from a request to the deliveries that come of it.

Where one is in a trace is a `traceparent` (W3C Trace Context). It comes with the header of a request, or the request's
own id begins it, and it goes on with the events that are announced (CloudEvents, distributed tracing extension) and the
deliveries that are written. It is carried always, so that lines of logs can be put together. Spans are recorded only
where somebody asks for them, see `shared.spans`; until then none of their library is loaded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from shared.ids import new_id

WRITTEN = r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_TRACE = slice(3, 35)  # of a traceparent

HopKind = Literal["server", "internal", "producer", "consumer", "client"]
Noted = Mapping[str, str | int]  # attributes of a span, by the names of OpenTelemetry's semantic conventions


class Here(NamedTuple):
    """Where one is: in which trace, for which request (its X-Request-Id), and for which event, as far as it is one."""

    traceparent: str | None = None
    request: str | None = None
    event: str | None = None

    @property
    def trace(self) -> str | None:
        """The trace, 32 hexadecimal digits."""
        return self.traceparent[_TRACE] if self.traceparent else None


class Hop(NamedTuple):
    """One leg of the way (一程), as it is called, and where one came from; `noted` is kept with its span."""

    name: str
    came_from: Here
    noted: Noted = {}


class OpenSpan(Protocol):
    """A span that has begun."""

    traceparent: str

    def note(self, name: str, noted: Noted) -> None:
        """Call it otherwise, and keep more with it."""

    def end(self, error: BaseException | None) -> None:
        """It is over, well or by an error."""


class SpanRecorder(Protocol):
    """What records spans."""

    def start(self, kind: HopKind, hop: Hop, links: Sequence[str] = ()) -> OpenSpan:
        """Begin a span: a child of where the hop came from, or the first of a trace."""

    def close(self) -> None:
        """Send what was recorded, and stop."""


NOWHERE = Here()
_here: ContextVar[Here] = ContextVar("here", default=NOWHERE)
_recorders: list[SpanRecorder] = []  # one, where spans are recorded


def here() -> Here:
    """Where this thread or task is."""
    return _here.get()


def traceparent_here() -> str | None:
    """The trace that what is announced now belongs to."""
    return _here.get().traceparent


def traceparent_in(text: Any) -> str | None:
    """What a header says, if it says it as the standard has it; anything else is as if it said nothing."""
    return text if isinstance(text, str) and _TRACEPARENT.fullmatch(text) else None


def of_request(request: UUID, header: str | None) -> Here:
    """Where a request is: in the trace that its header names, or in one that begins with it and has its id."""
    own = None if _recorders else beginning_with(request)
    return Here(traceparent_in(header) or own, str(request))


def beginning_with(first: UUID) -> str:
    """A trace of which no span is recorded, and which begins with this."""
    return f"00-{first.hex}-{first.hex[16:]}-00"


def record_spans(recorder: SpanRecorder) -> None:
    """Record spans in this process from here on."""
    _recorders[:] = [recorder]


def stop_recording() -> None:
    """Record no more, and have sent what was recorded."""
    while _recorders:
        _recorders.pop().close()


def are_recorded() -> bool:
    """Whether spans are: what costs something for their sake alone need not be done otherwise."""
    return bool(_recorders)


class Leg:
    """What is under way, for who learns its name later."""

    def __init__(self, spans: Sequence[OpenSpan]) -> None:
        self._spans = spans

    def note(self, name: str, noted: Noted) -> None:
        """Call it otherwise, and keep more with it."""
        for span in self._spans:
            span.note(name, noted)

    def end(self, error: BaseException | None) -> None:
        """It is over, well or by an error."""
        for span in self._spans:
            span.end(error)


@contextmanager
def standing(where: Here) -> Iterator[None]:
    """Be somewhere for a while, on no leg of the way."""
    token = _here.set(where)
    try:
        yield
    finally:
        _here.reset(token)


@contextmanager
def passing(kind: HopKind, hops: Sequence[Hop]) -> Iterator[Leg]:
    """Go one leg of the way, with one or many things at once; what is announced meanwhile belongs to their trace.

    Where they are of several traces, it belongs to one of its own, which is linked to each of them.
    """
    leg, where = _begun(kind, hops)
    with standing(where):
        try:
            yield leg
        except BaseException as error:
            leg.end(error)
            raise
        leg.end(None)


def _begun(kind: HopKind, hops: Sequence[Hop]) -> tuple[Leg, Here]:
    recorder = _recorders[0] if _recorders else None
    spans = [recorder.start(kind, hop) for hop in hops] if recorder else []
    if len(hops) == 1:
        came_from = hops[0].came_from
        return Leg(spans), came_from._replace(traceparent=spans[0].traceparent) if spans else came_from
    places = [span.traceparent for span in spans] if spans else [each.came_from.traceparent for each in hops]
    known = [place for place in places if place]
    if len({place[_TRACE] for place in known}) <= 1:
        return Leg(spans), Here(known[-1] if known else None)
    if recorder is None:
        return Leg(spans), Here(beginning_with(new_id()))
    spans.append(recorder.start(kind, Hop(f"{len(hops)} together", NOWHERE), known))
    return Leg(spans), Here(spans[-1].traceparent)
