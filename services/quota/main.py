"""Quota: how many count, against which quota."""

from services.quota.bulletins.api import router as bulletins
from services.quota.consumers import HANDLERS
from services.quota.counting.api import router as counting
from services.quota.figures.api import router as figures
from services.quota.indicators.api import router as indicators
from services.quota.policy.api import router as policy
from services.quota.quotas.api import router as quotas
from services.quota.quotas.queries import document_numbers
from services.quota.returns.api import router as returns
from services.quota.seats.api import router as seats
from services.quota.seats.queries import seats_in
from services.quota.seats.rules import SeatState
from services.quota.seats.workers import sweeper
from services.quota.tables import QuotaTable
from services.quota.verification.api import router as verification
from services.quota.workers import daily_look
from shared.metrics import Gauge
from shared.problems import Said
from shared.self_checks import age_gauge
from shared.service import Service
from shared.trail import record_from_outside
from shared.trail import router as trail

service = Service(
    "quota",
    title=Said("目标与计数服务", "Quotas and headcounts"),
    routers=[quotas, counting, seats, returns, figures, indicators, policy, bulletins, verification, trail],
    metadata=QuotaTable.metadata,
    document_numbers=document_numbers,
    handlers=HANDLERS,
    asks_who_stands=True,
    workers={"sweep": sweeper, "daily": daily_look},
    gauges=[
        Gauge("seats_held", "Places held for a recognition under way", seats_in(SeatState.HELD)),
        Gauge("seats_waiting", "Registrations that wait for a place", seats_in(SeatState.WAITING)),
        age_gauge(),
    ],
    record=record_from_outside,
)
