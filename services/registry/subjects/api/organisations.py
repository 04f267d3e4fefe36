from typing import Annotated

from fastapi import Path, Response

from services.registry.subjects.commands import organisations as commands
from services.registry.subjects.queries import organisations as queries
from services.registry.subjects.schemas.organisations import NewParent, OrganisationDetails
from shared.auth import Role, allow
from shared.bodies import Router
from shared.fields import OneLine
from shared.problems import NotFound
from shared.web import ReadingDep, WriteDep, may

router = Router(tags=["organisations"])

Uscc = Annotated[OneLine, Path(max_length=18)]


@router.get("/v1/organisations/{uscc}", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def organisation(uscc: Uscc, database: ReadingDep) -> OrganisationDetails:
    """One organisation (单位): the names it had, its branches, and what became of it."""
    with database.reading() as session:
        found = queries.details(session, uscc)
    if found is None:
        raise NotFound
    return found


@router.put(
    "/v1/organisations/{uscc}/parent",
    response_model=OrganisationDetails,
    dependencies=[may(commands.set_parent)],
)
async def set_parent(uscc: Uscc, wanted: NewParent, request: WriteDep) -> Response:
    """Say of which organisation this one is a branch (分公司、校区)."""
    return await request.run(commands.set_parent, commands.Parenting(uscc, wanted.parent_uscc), lambda done: done)
