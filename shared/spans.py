"""Spans of OpenTelemetry (链路追踪), for whoever names a collector by TALENT_TRACES_URL; nobody else loads this.

What else there is to choose, its makers' own variables say: OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and others.
Spans hold routes, topics, ids and codes; never what stood in an address, a body or an event.
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

from shared.traces import Hop, HopKind, Noted, OpenSpan, here, standing

KINDS: dict[HopKind, trace.SpanKind] = {
    "server": trace.SpanKind.SERVER,
    "internal": trace.SpanKind.INTERNAL,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
    "client": trace.SpanKind.CLIENT,
}


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


class OtelRecorder:
    """Records the spans of a service in this process, and hands them to what sends or keeps them."""

    def __init__(self, service: str, part: str, keeping: SpanProcessor) -> None:
        about = {"service.name": service, "service.namespace": "talent-registry", "talent.process": part}
        resource = Resource.create(about | {"service.version": version("talent-registry")})
        self._provider = TracerProvider(resource=resource, id_generator=RequestIds())
        self._provider.add_span_processor(keeping)
        self._tracer = self._provider.get_tracer("talent-registry")

    def start(self, kind: HopKind, hop: Hop, links: Sequence[str] = ()) -> OpenSpan:
        """Begin a span: a child of where the hop came from, or the first of a trace."""
        parent, linked = hop.came_from.traceparent, [trace.Link(_context(each)) for each in links]
        within = trace.set_span_in_context(trace.NonRecordingSpan(_context(parent))) if parent else Context()
        with standing(hop.came_from):
            return RecordedSpan(self._tracer.start_span(hop.name, within, KINDS[kind], dict(hop.noted), linked))

    def close(self) -> None:
        """Send what was recorded, and stop."""
        self._provider.shutdown()


def _context(traceparent: str) -> trace.SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return trace.SpanContext(int(trace_id, 16), int(span_id, 16), True, trace.TraceFlags(int(flags, 16)))


def sending_to(url: str, service: str, part: str) -> OtelRecorder:
    """Record spans and send them to a collector, beside all else and without waiting for it."""
    straight = requests.Session()
    straight.trust_env = False  # whatever proxies the environment names, as between our own services
    exporter = OTLPSpanExporter(f"{url.rstrip('/')}/v1/traces", timeout=5, session=straight)
    return OtelRecorder(service, part, BatchSpanProcessor(exporter))
