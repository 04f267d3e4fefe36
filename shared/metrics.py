"""What a service measures of itself, in the format of Prometheus at `/metrics` (指标); no value of it is personal."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import OPEN
from shared.bus import Away, Bus
from shared.clock import seconds_since
from shared.config import settings
from shared.db import Database
from shared.db_clock import seconds_ahead
from shared.db_errors import describe, is_transient
from shared.flow import flow
from shared.ids import new_id
from shared.logs import log_once
from shared.methods import METHODS, HeadAnswered, route_in
from shared.traces import Hop, Leg, of_request, passing

log = logging.getLogger(__name__)

access = logging.getLogger("shared.access")  # a line for each request

PROBES = ("/livez", "/readyz", "/metrics")
ITEMS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)  # of one commit


@dataclass(frozen=True)
class Gauge:
    """A number that a service reads from its database at each scrape."""

    name: str
    documentation: str
    read: Callable[[Session], float]


class ServiceMetrics(Collector):
    """The flow of events, the bus and the service's own gauges, read at each scrape.

    What cannot be asked is left out, and /readyz says so.
    """

    def __init__(
        self, service: str, gauges: Sequence[Gauge], database: Database, bus: Bus, topics: Sequence[str]
    ) -> None:
        self._service = service
        self._gauges = gauges
        self._database = database
        self._bus = bus
        self._topics = topics

    def collect(self) -> Iterator[Metric]:
        """Everything but what is counted request by request."""
        try:
            yield from self._stored()
        except SQLAlchemyError as error:
            if not is_transient(error):
                raise
            log_once(log, f"the flow cannot be measured: {describe(error)}")
        try:
            if self._topics:
                lag = self._bus.lag(self._service, self._topics)
                yield self._gauge("consumer_lag", "Events on the bus that were not taken in yet", lag)
        except Away as away:
            log_once(log, str(away))

    def _stored(self) -> Iterator[Metric]:
        with self._database.reading() as session:
            now = flow(session)
            ahead = seconds_ahead(session)
            own = [(each, each.read(session)) for each in self._gauges]
        waited = seconds_since(now.oldest_unpublished_at) if now.oldest_unpublished_at else 0.0
        yield self._gauge("outbox_unpublished", "Events committed and not yet on the bus", now.unpublished)
        yield self._gauge("outbox_oldest_seconds", "How long the oldest of them has waited", waited)
        yield self._gauge("dead_letters", "Events that could not be taken in and wait for somebody", now.parked)
        in_use = self._database.connections_in_use
        yield self._gauge("database_connections_in_use", "Connections of the pool that somebody holds", in_use)
        yield self._gauge("clock_ahead_seconds", "By how much this clock is ahead of the database's", ahead)
        for each, value in own:
            yield self._gauge(each.name, each.documentation, value)

    def _gauge(self, name: str, documentation: str, value: float) -> Metric:
        gauge = GaugeMetricFamily(name, documentation, labels=["service"])
        gauge.add_metric([self._service], value)
        return gauge


class Measured:
    """ASGI middleware: names each request, measures it, and keeps answers out of caches."""

    def __init__(self, app: ASGIApp, service: str, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ["service", "method", "route", "status"]
        answered = Counter("http_requests", "Requests answered", labels, registry=registry)
        took = Histogram("http_request_seconds", "Time to answer", ["service", "route"], registry=registry)
        self._answered = cache(partial(answered.labels, service))
        self._took = cache(partial(took.labels, service))
        # A demo is watched at a terminal, by people who want to read what else it says.
        self._level = logging.INFO if settings().environment == "production" else logging.DEBUG

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = new_id()
        where = of_request(request, _header(scope, b"traceparent"))
        scope.setdefault("state", {}).update(request_id=str(request), here=where)
        started = time.perf_counter()
        answered: list[int] = []  # the status, once there is one

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = str(request)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                answered.append(message["status"])
                self._measure(scope, message["status"], time.perf_counter() - started)
            await send(message)

        with passing("server", [Hop("request", where)]) as leg:
            try:
                await self._app(scope, receive, named)
            finally:
                if not answered:  # it went wrong, and is answered outside of us
                    answered.append(500)
                    self._measure(scope, 500, time.perf_counter() - started)
                self._note(leg, scope, answered[0], time.perf_counter() - started)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_in(scope)
        self._answered(_method_in(scope), route, status).inc()
        self._took(route).observe(seconds)

    def _note(self, leg: Leg, scope: Scope, status: int, seconds: float) -> None:
        """A line for what was answered, and its span's name. Probes and scrapes that went well are nobody's concern."""
        method, route = _method_in(scope), route_in(scope)
        leg.note(
            f"{method} {route}",
            {"http.request.method": method, "http.route": route, "http.response.status_code": status},
        )
        if access.isEnabledFor(self._level) and (status >= 400 or route not in PROBES):
            noted = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            access.log(self._level, "answered", extra={"noted": noted})


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _method_in(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def serve_metrics(
    app: FastAPI, service: str, gauges: Sequence[Gauge], database: Database, bus: Bus, topics: Sequence[str]
) -> Callable[[float], None]:
    """Measure an application and show it at `/metrics`; what is returned is told the number of items of each commit."""
    registry = CollectorRegistry()
    together = "PROMETHEUS_MULTIPROC_DIR" in os.environ  # several processes serve this port: shared/together.py
    shown = CollectorRegistry() if together else registry
    if together:
        MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # this class alone has no types
    shown.register(ServiceMetrics(service, gauges, database, bus, topics))
    committed = Histogram("commit_items", "Items of one commit", ["service"], registry=registry, buckets=ITEMS)
    app.add_middleware(Measured, service=service, registry=registry)
    app.add_middleware(HeadAnswered)

    @app.get("/metrics", include_in_schema=False, dependencies=[OPEN])
    def metrics() -> Response:
        return Response(generate_latest(shown), media_type=CONTENT_TYPE_LATEST)

    return committed.labels(service).observe
