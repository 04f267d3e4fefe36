"""The flow (流转): what is committed and not yet on the bus, and what is parked, for operators and for an alarm."""

import logging
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from shared import clock
from shared.auth import Role, allow
from shared.bodies import Router
from shared.contracts.flow import Flow
from shared.db import Database
from shared.db_errors import describe, is_transient
from shared.logs import log_once
from shared.service_tables import dead_letter, outbox
from shared.web import ReadingDep

log = logging.getLogger(__name__)


def flow(session: Session) -> Flow:
    """How events get on in this service now."""
    waiting = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None))
    unpublished, oldest = session.execute(waiting).one()
    parked = select(func.count()).select_from(dead_letter).where(dead_letter.c.resolved_at.is_(None))
    return Flow(
        unpublished=unpublished,
        oldest_unpublished_at=oldest,
        parked=session.execute(parked).scalar_one(),
        as_of=clock.now(),
    )


router = Router(tags=["flow"], dependencies=[allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)])


@router.get("/v1/flow")
def read_flow(database: ReadingDep) -> Flow:
    """Events that wait for the bus, and events that could not be taken in (积压与滞留)."""
    with database.reading() as session:
        return flow(session)


class FlowMetrics(Collector):
    """The flow as gauges, read at each scrape; without a database there is nothing to tell, and /readyz says so."""

    def __init__(self, service: str, database: Database) -> None:
        self._service = service
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """outbox_unpublished, outbox_oldest_seconds and dead_letters."""
        try:
            with self._database.reading() as session:
                now = flow(session)
        except SQLAlchemyError as error:
            if not is_transient(error):
                raise
            log_once(log, f"the flow cannot be measured: {describe(error)}")
            return
        waited = (now.as_of - now.oldest_unpublished_at).total_seconds() if now.oldest_unpublished_at else 0.0
        yield self._gauge("outbox_unpublished", "Events committed and not yet on the bus", now.unpublished)
        yield self._gauge("outbox_oldest_seconds", "How long the oldest of them has waited", max(0.0, waited))
        yield self._gauge("dead_letters", "Events that could not be taken in and wait for somebody", now.parked)

    def _gauge(self, name: str, documentation: str, value: float) -> Metric:
        gauge = GaugeMetricFamily(name, documentation, labels=["service"])
        gauge.add_metric([self._service], value)
        return gauge
