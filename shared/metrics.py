"""What a service measures of itself, in the format of Prometheus at `/metrics` (指标); no value of it is personal."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from shared.auth import OPEN
from shared.bus import Away, Bus
from shared.clock import seconds_since
from shared.db import Database
from shared.db_clock import seconds_ahead
from shared.db_errors import describe, is_transient
from shared.flow import flow
from shared.logs import log_once
from shared.measuring import Measured
from shared.methods import HeadAnswered

log = logging.getLogger(__name__)

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
