"""Rebuilds over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.quota.rebuilds import commands, queries
from services.quota.rebuilds.commands import Filling
from services.quota.rebuilds.models import State
from services.quota.rebuilds.schemas import AllTold, NewFacts, NewRebuild, RebuildRead
from shared.auth import Role, allow
from shared.problems import NotFound
from shared.web import AskedDep, ReadingDep

router = APIRouter(prefix="/v1/rebuilds", tags=["rebuilds"])

OPERATOR = [allow(Role.OPERATOR)]
READERS = [allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)]


@router.post("", status_code=201, response_model=RebuildRead, dependencies=OPERATOR)
async def begin(wanted: NewRebuild, asked: AskedDep) -> Response:
    """Begin to count everything anew from the registry alone (开始重建); one that was left open is dropped."""
    return await asked.write(
        commands.begin,
        wanted,
        lambda rebuild: rebuild,
        status=201,
        headers=lambda rebuild: {"Location": f"/v1/rebuilds/{rebuild.id}"},
    )


@router.post("/{rebuild_id}/facts", response_model=RebuildRead, dependencies=OPERATOR)
async def fill(rebuild_id: UUID, wanted: NewFacts, asked: AskedDep) -> Response:
    """Hand over a page of the registry's facts (收集). Nothing counts them before they are swapped in."""
    return await asked.write(commands.fill, Filling(rebuild_id, wanted), lambda rebuild: rebuild)


@router.post("/{rebuild_id}/filled", response_model=RebuildRead, dependencies=OPERATOR)
async def end_filling(rebuild_id: UUID, wanted: AllTold, asked: AskedDep) -> Response:
    """Say that the registry has told everything (收齐), and how many there are; 409 if they are not here."""
    return await asked.write(commands.fill, Filling(rebuild_id, wanted), lambda rebuild: rebuild)


@router.get("/{rebuild_id}", dependencies=READERS)
def read_rebuild(database: ReadingDep, rebuild_id: UUID) -> RebuildRead:
    """A rebuild, and once it is filled what it would change, figure by figure (重建前后对比)."""
    with database.reading() as session:
        rebuild = queries.rebuild(session, rebuild_id)
        if rebuild is None:
            raise NotFound
        comparison = queries.compared(session, rebuild) if rebuild.state == State.FILLED else None
        return RebuildRead.of(rebuild, comparison)


@router.post("/{rebuild_id}/swap", response_model=RebuildRead, dependencies=OPERATOR)
async def swap(rebuild_id: UUID, asked: AskedDep) -> Response:
    """Let it replace what stands (换上), in one transaction, every change an adjustment; nobody is told of any."""
    return await asked.write(commands.swap, rebuild_id, lambda rebuild: rebuild)


@router.delete("/{rebuild_id}", response_model=RebuildRead, dependencies=OPERATOR)
async def drop(rebuild_id: UUID, asked: AskedDep) -> Response:
    """Give a rebuild up (放弃); what stands stays."""
    return await asked.write(commands.drop, rebuild_id, lambda rebuild: rebuild)
