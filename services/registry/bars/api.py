from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.bars import commands, queries
from services.registry.bars.schemas import BarRead, Lifting, NewBar
from services.registry.institutions.api import BUREAU, KNOWS_PARTNERS
from services.registry.institutions.queries import institution
from shared.auth import CallerDep
from shared.problems import NotFound
from shared.web import AskedDep, Page, ReadingDep

router = APIRouter(tags=["institutions"])


@router.post("/v1/institutions/{institution_id}/bars", status_code=201, response_model=BarRead, dependencies=[BUREAU])
async def bar(institution_id: UUID, new: NewBar, asked: AskedDep) -> Response:
    """Keep an institution from submitting until a day (暂停申报资格)."""
    return await asked.write(commands.bar, commands.Barring(institution_id, new), BarRead.of, status=201)


@router.get("/v1/institutions/{institution_id}/bars", dependencies=[KNOWS_PARTNERS])
def bars(institution_id: UUID, database: ReadingDep, caller: CallerDep) -> Page[BarRead]:
    """Every bar an institution was under, the newest first; another's are as if absent."""
    with database.reading() as session:
        if institution(session, caller, institution_id) is None:
            raise NotFound
        return Page(items=[BarRead.of(each) for each in queries.bars(session, institution_id)])


@router.post("/v1/institutions/{institution_id}/bars/{bar_id}/lift", response_model=BarRead, dependencies=[BUREAU])
async def lift(institution_id: UUID, bar_id: UUID, wanted: Lifting, asked: AskedDep) -> Response:
    """Let an institution submit again before the day (解除暂停)."""
    return await asked.write(commands.lift, commands.LiftingBar(institution_id, bar_id, wanted), BarRead.of)
