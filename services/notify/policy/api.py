"""The policy pack over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from services.notify.policy import commands, queries
from services.notify.policy.schemas import NotifyPolicyApplied, NotifyPolicyRead
from shared.auth import Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.contracts.policy import Document, PolicyPack
from shared.fields import WrittenFlag
from shared.problems import NotFound
from shared.web import ReadingDep, WriteDep, may

router = Router(tags=["policy"])


@router.put(
    "/v1/policy", response_model=NotifyPolicyApplied, dependencies=[may(commands.apply)], openapi_extra=LARGE_BODY
)
async def apply(
    pack: PolicyPack,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="Tell what would change, change nothing")] = False,
) -> Response:
    """Take over a policy pack (应用政策包): its posts and what things are called. Again, it changes nothing."""
    return await request.run(commands.apply, commands.PackProposal(pack, dry_run), lambda applied: applied)


@router.get("/v1/policy", responses={404: {}}, dependencies=[allow(*commands.WRITERS, Role.LEADER, Role.AUDITOR)])
def policy(database: ReadingDep) -> NotifyPolicyRead:
    """The policy document in force (现行文件)."""
    with database.reading() as session:
        found = queries.in_force(session)
    if found is None:
        raise NotFound
    return NotifyPolicyRead(document=Document.model_validate(found.model_dump(exclude={"applied_at"})))
