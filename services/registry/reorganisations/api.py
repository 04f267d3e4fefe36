from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.reorganisations import commands, queries
from services.registry.reorganisations.schemas import NewReorganisation, ReorganisationRead, Undoing
from shared.auth import Role, allow
from shared.web import AskedDep, Page, PageDep, ReadingDep

router = APIRouter(prefix="/v1/reorganisations", tags=["organisations"])

RECORDS = allow(Role.BUREAU_OFFICER)


@router.post("", status_code=201, response_model=ReorganisationRead, dependencies=[RECORDS])
async def reorganise(wanted: NewReorganisation, asked: AskedDep) -> Response:
    """Record that an organisation merged into another, or split (合并、分立)."""
    return await asked.write(commands.reorganise, wanted, lambda done: done, 201)


@router.get("", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def reorganisations(database: ReadingDep, paging: PageDep) -> Page[ReorganisationRead]:
    """What was recorded of mergers and splits, newest first; those taken back included."""
    with database.reading() as session:
        found = queries.reorganisations(session, paging.limit, paging.after_id)
        read = queries.shown(session, found)
    return paging.page(read, lambda each: each, lambda each: [each.id])


@router.post("/{reorganisation_id}/undo", response_model=ReorganisationRead, dependencies=[RECORDS])
async def undo(reorganisation_id: UUID, wanted: Undoing, asked: AskedDep) -> Response:
    """Take a merger or a split back (撤销); titles, posts, codes and counts are as they were."""
    taking = commands.TakingBack(reorganisation_id, wanted)
    return await asked.write(commands.undo_reorganisation, taking, lambda done: done)
