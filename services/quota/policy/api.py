"""The policy pack over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.quota.policy import commands
from services.quota.policy.commands import Applied, Proposed
from services.quota.policy.schemas import AppliedRead, ChangeRead
from shared.auth import Role, allow
from shared.contracts.policy import PolicyPack
from shared.web import AskedDep

router = APIRouter(tags=["policy"], dependencies=[allow(Role.BUREAU_OFFICER)])


@router.put("/v1/policy", response_model=AppliedRead)
async def apply_policy(
    pack: PolicyPack,
    asked: AskedDep,
    dry_run: Annotated[bool, Query(description="tell what would change, change nothing")] = False,
) -> Response:
    """Put a policy document's quotas in force (政策落地); applied again, it changes nothing.

    A changed amount is a revision of the quota, in force from today; quotas no longer in the pack stay in force.
    """

    def applied(outcome: Applied) -> AppliedRead:
        changes = [ChangeRead.of(change, asked.language) for change in outcome.changes]
        changes += [ChangeRead.of(change, asked.language) for change in outcome.indicators]
        return AppliedRead(document_no=outcome.document_no, dry_run=outcome.dry_run, changes=changes)

    return await asked.write(commands.apply, Proposed(pack, dry_run), applied)
