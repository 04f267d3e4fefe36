"""Spans of OpenTelemetry (链路追踪), for whoever names a collector by TALENT_TRACES_URL; nobody else loads this.

Of the traces that begin here a share is recorded, each whole or not at all; whoever sends a `traceparent` decides about
theirs by its last two digits. What else there is to choose, its makers' own variables say: OTEL_EXPORTER_OTLP_HEADERS
and others. Spans hold routes, topics, ids and codes; never what stood in an address, a body or an event.
"""

from collections.abc import Sequence
from importlib.metadata import version
from uuid import UUID

import requests
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from shared.ids import new_id
from shared.traces import Hop, HopKind, Noted, OpenSpan, beginning_with, here, standing

KINDS: dict[HopKind, trace.SpanKind] = {
    "server": trace.SpanKind.SERVER,
    "internal": trace.SpanKind.INTERNAL,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
    "client": trace.SpanKind.CLIENT,
}
DRAWN = 2**32  # the last 32 bits of UUIDv7 are drawn afresh for each; those before them count within a millisecond


class RequestIds(RandomIdGenerator):
    """A trace that begins with a request has its id, so that who has the one has the other."""

    def generate_trace_id(self) -> int:
        """Of the request that this is, or a random one."""
        request = here().request
        return UUID(request).int if request else super().generate_trace_id()

    def is_trace_id_random(self) -> bool:
        """Not all of the last 56 bits of UUIDv7 are."""
        return False


class RecordedSpan:
    """A span of OpenTelemetry that has begun."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        context = span.get_span_context()
        self.traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def note(self, name: str, noted: Noted) -> None:
        """Call it otherwise, and keep more with it."""
        self._span.update_name(name)
        self._span.set_attributes(dict(noted))

    def end(self, error: BaseException | None) -> None:
        """It is over; of an error only its kind is kept, because its text may quote what was submitted."""
        if error:
            self._span.set_status(trace.StatusCode.ERROR, type(error).__name__)
        self._span.end()


class UnrecordedSpan:
    """One of a trace that nobody records: where one is, and no more."""

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    def note(self, name: str, noted: Noted) -> None:
        """Nothing is kept."""

    def end(self, error: BaseException | None) -> None:
        """Nobody is told."""


class OtelRecorder:
    """Records the spans of a service in this process, and hands them to what sends or keeps them.

    `share`: of the traces that begin here, from 0 to 1. A span that is recorded costs thirty times one that is not.
    """

    def __init__(self, service: str, part: str, keeping: SpanProcessor, share: float = 1.0) -> None:
        self._below = int(share * DRAWN)
        about = {"service.name": service, "service.namespace": "talent-registry", "talent.process": part}
        resource = Resource.create(about | {"service.version": version("talent-registry")})
        self._provider = TracerProvider(ALWAYS_ON, resource, id_generator=RequestIds())
        self._provider.add_span_processor(keeping)
        self._tracer = self._provider.get_tracer("talent-registry")

    def start(self, kind: HopKind, hop: Hop, links: Sequence[str] = ()) -> OpenSpan:
        """Begin a span: a child of where the hop came from, or the first of a trace."""
        if unrecorded := self._unrecorded(hop, links):
            return UnrecordedSpan(unrecorded)
        parent, linked = hop.came_from.traceparent, [trace.Link(_context(each)) for each in links]
        within = trace.set_span_in_context(trace.NonRecordingSpan(_context(parent))) if parent else Context()
        with standing(hop.came_from):
            return RecordedSpan(self._tracer.start_span(hop.name, within, KINDS[kind], dict(hop.noted), linked))

    def _unrecorded(self, hop: Hop, links: Sequence[str]) -> str | None:
        """Where one is from this hop on, if it is of a trace that is not recorded.

        As it was decided where the trace began. One of several traces together is recorded if any of them is.
        """
        if parent := hop.came_from.traceparent:
            return None if _is_recorded(parent) else parent
        first = UUID(hop.came_from.request) if hop.came_from.request else new_id()
        wanted = any(map(_is_recorded, links)) if links else first.int % DRAWN < self._below
        return None if wanted else beginning_with(first)

    def close(self) -> None:
        """Send what was recorded, and stop."""
        self._provider.shutdown()


def _is_recorded(traceparent: str) -> bool:
    return bool(int(traceparent[-1], 16) & trace.TraceFlags.SAMPLED)


def _context(traceparent: str) -> trace.SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return trace.SpanContext(int(trace_id, 16), int(span_id, 16), True, trace.TraceFlags(int(flags, 16)))


def sending_to(url: str, service: str, part: str, share: float) -> OtelRecorder:
    """Record spans of that share of traces and send them to a collector, beside all else and without waiting for it."""
    straight = requests.Session()
    straight.trust_env = False  # whatever proxies the environment names, as between our own services
    exporter = OTLPSpanExporter(f"{url.rstrip('/')}/v1/traces", timeout=5, session=straight)
    return OtelRecorder(service, part, BatchSpanProcessor(exporter), share)
