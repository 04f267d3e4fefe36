"""Laying quotas down over HTTP: by the bureau's own decision, by a split to units, by a policy pack."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from services.quota.policy import queries
from services.quota.policy.commands import allocating, applying, deciding
from services.quota.policy.commands.allocating import WantedAllocation
from services.quota.policy.commands.applying import AppliedPack, ProposedPack
from services.quota.policy.commands.deciding import Defined, Revised, WantedPace, WantedRevision
from services.quota.policy.schemas import (
    AllocationDecided,
    AllocationRead,
    AppliedRead,
    AwaitedRevision,
    ChangeRead,
    NewAllocation,
    NewQuota,
    NewRevision,
    QuotaDecided,
)
from services.quota.quotas import queries as quotas
from services.quota.quotas.schemas import QuotaRead
from shared.auth import Reach, Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.contracts.pace import PaceRule
from shared.contracts.policy import PolicyPack
from shared.fields import WrittenFlag
from shared.problems import NotFound
from shared.readiness import NEEDS_POLICY
from shared.web import ExpectedVersion, ReadingDep, WriteDep, may

READERS = [allow(Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER, reach=Reach.ALL)]
OFFICERS = [allow(Role.BUREAU_OFFICER, Role.AUDITOR, reach=Reach.ALL)]

router = Router()


@router.post(
    "/v1/quotas",
    status_code=201,
    response_model=QuotaDecided,
    tags=["quotas"],
    dependencies=[may(deciding.lay_down_own), NEEDS_POLICY],
    responses={200: {"model": QuotaDecided, "description": "With `dry_run`: nothing is laid down"}},
)
async def define_quota(
    wanted: NewQuota,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="say what would change, lay nothing down")] = False,
) -> Response:
    """Lay down a quota (自定目标) for a programme, a unit and a period; what is registered already counts, silently.

    `effects` says what it changes, above all where it limits places; with `dry_run` before it is laid down.
    """

    def read(done: Defined) -> QuotaDecided:
        return QuotaDecided.after(done.quota, done.effects, request.language)

    if dry_run:
        return await request.run(deciding.try_out, wanted, read)
    return await request.run(
        deciding.lay_down_own,
        wanted,
        read,
        status=201,
        headers=lambda done: {"Location": f"/v1/quotas/{done.quota.id}"},
    )


@router.post(
    "/v1/quotas/{quota_id}/revisions",
    response_model=QuotaDecided,
    tags=["quotas"],
    dependencies=[may(deciding.revise)],
    responses={202: {"model": QuotaDecided, "description": "Asked for; the same call by another officer completes it"}},
)
async def revise_quota(
    quota_id: UUID,
    wanted: NewRevision,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="say what would change, ask for nothing")] = False,
) -> Response:
    """Give a quota another amount from a day on, by document (目标调整). The first officer asks, a second completes.

    `effects` says what it changes, to the first officer and to the second. A request holds for the terms that the first
    one saw: where they changed, the call is a first one again, and `instead_of` says what did. Milestones are measured
    against the new amount, silently; past figures keep the amount of their time.
    """
    return await request.run(
        deciding.try_revision if dry_run else deciding.revise,
        WantedRevision(quota_id, wanted),
        lambda done: QuotaDecided.after(
            done.quota, done.effects, request.language, awaiting=done.awaiting, former=done.former
        ),
        status=_status,
    )


@router.get("/v1/quotas/{quota_id}/revisions/awaited", tags=["quotas"], dependencies=OFFICERS)
def read_awaited(database: ReadingDep, quota_id: UUID) -> AwaitedRevision:
    """What one officer asked for, for another to see before asking for the same (待第二人); 404 where nothing waits."""
    with database.reading() as session:
        quota = quotas.by_id(session, [quota_id]).get(quota_id)
        found = queries.awaited_revision(session, quota) if quota else None
    if found is None:
        raise NotFound
    return found


@router.delete(
    "/v1/quotas/{quota_id}/revisions/awaited",
    response_model=QuotaRead,
    tags=["quotas"],
    dependencies=[may(deciding.withdraw_revision)],
)
async def withdraw_revision(quota_id: UUID, request: WriteDep) -> Response:
    """Take back what awaits a second officer (撤回调整申请); the amount in force stays as it is."""
    return await request.run(deciding.withdraw_revision, quota_id, QuotaRead.of)


@router.put(
    "/v1/quotas/{quota_id}/pace", response_model=QuotaRead, tags=["quotas"], dependencies=[may(deciding.choose_pace)]
)
async def choose_pace(quota_id: UUID, wanted: PaceRule, version: ExpectedVersion, request: WriteDep) -> Response:
    """Choose how the pace (序时进度) of a quota and of its shares is measured: the curve, the bands of the lamps.

    The choice goes before what the policy document says.
    """
    return await request.run(deciding.choose_pace, WantedPace(quota_id, version, wanted), QuotaRead.of)


def _status(done: Revised | AppliedPack) -> int:
    return 202 if done.awaiting else 200


@router.post(
    "/v1/quotas/{quota_id}/allocation",
    tags=["quotas"],
    response_model=AllocationDecided,
    dependencies=[may(allocating.split)],
)
async def allocate(
    quota_id: UUID,
    wanted: NewAllocation,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="say what would change, split nothing")] = False,
) -> Response:
    """Split the city's amount to units (任务分解), wholly or in part; posted again, it is the split from then on.

    More than the city's amount is refused, naming what is free, unless `confirmed`. Shares of a cap are caps of their
    units: `effects` says by unit what they change, with `dry_run` before they are given.
    """
    return await request.run(
        allocating.try_split if dry_run else allocating.split,
        WantedAllocation(quota_id, wanted),
        lambda done: AllocationDecided.after(done.read, done.effects, request.language),
    )


@router.get("/v1/quotas/{quota_id}/allocation", tags=["quotas"], dependencies=READERS)
def read_allocation(database: ReadingDep, quota_id: UUID) -> AllocationRead:
    """How the city's amount is split to units, and what no unit was given (未分解指标)."""
    with database.reading() as session:
        quota = quotas.by_id(session, [quota_id]).get(quota_id)
        if quota is None:
            raise NotFound
        return queries.allocation(session, quota)


@router.put(
    "/v1/policy",
    response_model=AppliedRead,
    tags=["policy"],
    dependencies=[may(applying.apply)],
    responses={202: {"model": AppliedRead, "description": "A second officer has to put the same; nothing changed"}},
    openapi_extra=LARGE_BODY,
)
async def apply_policy(
    pack: PolicyPack,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="tell what would change, change nothing")] = False,
) -> Response:
    """Put a policy document's quotas in force (政策落地); applied again, it changes nothing.

    A change takes two officers: 202 with what it would change, 200 once another one puts the same. A changed amount is
    a revision of the quota, in force from today; quotas no longer in the pack stay in force.
    """

    def applied(outcome: AppliedPack) -> AppliedRead:
        changes = [ChangeRead.of(change, request.language) for change in outcome.changes]
        changes += [ChangeRead.of(change, request.language) for change in outcome.indicators]
        awaiting: Literal["second_officer"] | None = "second_officer" if outcome.awaiting else None
        return AppliedRead(document_no=outcome.document_no, dry_run=outcome.dry_run, changes=changes, awaiting=awaiting)

    return await request.run(applying.apply, ProposedPack(pack, dry_run), applied, status=_status)
