"""Allocation over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.quota.allocation import commands, queries
from services.quota.allocation.commands import WantedAllocation
from services.quota.allocation.schemas import AllocationRead, NewAllocation
from services.quota.quotas import queries as quotas_
from shared.auth import Role, allow
from shared.problems import NotFound
from shared.web import AskedDep, ReadingDep

READERS = (Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER)

router = APIRouter(prefix="/v1/quotas/{quota_id}/allocation", tags=["quotas"])


@router.post("", response_model=AllocationRead, dependencies=[allow(Role.BUREAU_OFFICER)])
async def allocate(quota_id: UUID, wanted: NewAllocation, asked: AskedDep) -> Response:
    """Split the city's amount to units (任务分解), wholly or in part; posted again, it is the split from then on.

    More than the city's amount is refused, naming what is free, unless `confirmed`.
    """
    return await asked.write(commands.allocate, WantedAllocation(quota_id, wanted), lambda split: split)


@router.get("", dependencies=[allow(*READERS)])
def read_allocation(database: ReadingDep, quota_id: UUID) -> AllocationRead:
    """How the city's amount is split to units, and what no unit was given (未分解指标)."""
    with database.reading() as session:
        quota = quotas_.by_id(session, [quota_id]).get(quota_id)
        if quota is None:
            raise NotFound
        return queries.allocation(session, quota)
