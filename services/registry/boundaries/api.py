from fastapi import APIRouter, Query, Response

from services.registry.boundaries import commands
from services.registry.boundaries.schemas import BoundaryChangeRead, NewBoundaryChange
from shared.auth import Role, allow
from shared.web import AskedDep

router = APIRouter(tags=["boundaries"])


@router.post("/v1/boundary-changes", response_model=BoundaryChangeRead, dependencies=[allow(Role.BUREAU_OFFICER)])
async def carry_out(
    change: NewBoundaryChange, asked: AskedDep, dry_run: bool = Query(False, description="only tell what would change")
) -> Response:
    """Carry out a boundary change where a part of a unit went to another, township by township (落实区划调整)."""
    return await asked.write(commands.carry_out, commands.CarryingOut(change, dry_run), lambda done: done)
