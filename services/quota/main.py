"""Quota: how many count, against which quota."""

from services.quota.allocation.api import router as allocation
from services.quota.bulletins.api import router as bulletins
from services.quota.consumers import HANDLERS
from services.quota.daily import looking_daily
from services.quota.decisions.api import router as decisions
from services.quota.indicators.api import router as indicators
from services.quota.milestones.api import router as milestones
from services.quota.policy.api import router as policy
from services.quota.progress.api import router as progress
from services.quota.quotas.api import router as quotas
from services.quota.rebuilds.api import router as rebuilds
from services.quota.records.api import router as records
from services.quota.reports.api import router as reports
from services.quota.seats.api import router as seats
from services.quota.seats.sweeping import sweeping
from services.quota.tables import Table
from services.quota.verification.api import router as verification
from shared.problems import Said
from shared.service import Service

service = Service(
    "quota",
    title=Said("目标与计数服务", "Quotas and headcounts"),
    routers=[
        progress,
        quotas,
        decisions,
        allocation,
        seats,
        records,
        reports,
        milestones,
        indicators,
        bulletins,
        policy,
        verification,
        rebuilds,
    ],
    metadata=Table.metadata,
    handlers=HANDLERS,
    workers={"sweep": sweeping, "daily": looking_daily},
)
