"""The policy pack over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.notify.policy import commands, queries
from services.notify.policy.schemas import Applied, PolicyRead
from shared.auth import Role, allow
from shared.contracts.policy import Document, PolicyPack
from shared.problems import NotFound
from shared.web import AskedDep, ReadingDep

router = APIRouter(tags=["policy"])
WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)


@router.put("/v1/policy", response_model=Applied, dependencies=[allow(*WRITERS)])
async def apply(
    pack: PolicyPack,
    asked: AskedDep,
    dry_run: Annotated[bool, Query(description="Tell what would change, change nothing")] = False,
) -> Response:
    """Take over a policy pack (应用政策包): its posts and what things are called. Again, it changes nothing."""
    proposed = commands.Proposed(pack, dry_run)
    return await asked.write(commands.apply, proposed, lambda applied: applied)


@router.get("/v1/policy", dependencies=[allow(*WRITERS, Role.LEADER, Role.AUDITOR)])
def policy(database: ReadingDep) -> PolicyRead:
    """The policy document in force (现行文件)."""
    with database.reading() as session:
        found = queries.in_force(session)
    if found is None:
        raise NotFound
    return PolicyRead(document=Document.model_validate(found.model_dump(exclude={"applied_at"})))
