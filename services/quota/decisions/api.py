"""The bureau's own decisions over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.quota.decisions import commands
from services.quota.decisions.commands import Revised, WantedPace, WantedRevision
from services.quota.decisions.schemas import NewQuota, NewRevision
from services.quota.quotas.schemas import QuotaRead
from shared.auth import Role, allow
from shared.contracts.pace import PaceRule
from shared.web import AskedDep, ExpectedVersion

router = APIRouter(prefix="/v1/quotas", tags=["quotas"], dependencies=[allow(Role.BUREAU_OFFICER)])


@router.post("", status_code=201, response_model=QuotaRead)
async def define_quota(wanted: NewQuota, asked: AskedDep) -> Response:
    """Lay down a quota (自定目标) for a programme, a unit and a period; what is registered already counts, silently."""
    return await asked.write(
        commands.define,
        wanted,
        QuotaRead.of,
        status=201,
        headers=lambda quota: {"Location": f"/v1/quotas/{quota.id}"},
    )


@router.post(
    "/{quota_id}/revisions",
    response_model=QuotaRead,
    responses={202: {"model": QuotaRead, "description": "Asked for; the same call by another officer completes it"}},
)
async def revise_quota(quota_id: UUID, wanted: NewRevision, asked: AskedDep) -> Response:
    """Give a quota another amount from a day on, by document (目标调整). The first officer asks, a second completes.

    Milestones are measured against the new amount, silently; past figures keep the amount of their time.
    """
    return await asked.write(
        commands.revise,
        WantedRevision(quota_id, wanted),
        lambda done: QuotaRead.of(done.quota, "second_officer" if done.awaiting else None),
        status=_status,
    )


@router.put("/{quota_id}/pace", response_model=QuotaRead)
async def choose_pace(quota_id: UUID, wanted: PaceRule, version: ExpectedVersion, asked: AskedDep) -> Response:
    """Choose how the pace (序时进度) of a quota and of its shares is measured: the curve, the bands of the lamps.

    The choice goes before what the policy document says.
    """
    return await asked.write(commands.choose_pace, WantedPace(quota_id, version, wanted), QuotaRead.of)


def _status(done: Revised) -> int:
    return 202 if done.awaiting else 200
