from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.registry.calendar.queries import calendar
from services.registry.notices import commands
from services.registry.notices.schemas import NewYear, YearChanged, YearRead
from shared.auth import Role, allow
from shared.web import AskedDep, ExpectedVersion, ReadingDep, shown

router = APIRouter(tags=["notices"])

YearNumber = Annotated[int, Path(ge=2004, le=2199)]


@router.get("/v1/calendar/{year}", response_model=YearRead, dependencies=[allow(*Role)])
def calendar_year(year: YearNumber, database: ReadingDep) -> Response:
    """A year of the working-day calendar (工作日历): its weekdays off, its weekend days worked, and by what decree."""
    with database.reading() as session:
        return shown(YearRead.of(year, calendar(session)(year)))


@router.put("/v1/calendar/{year}", response_model=YearChanged, dependencies=[allow(Role.BUREAU_OFFICER)])
async def decree(
    year: YearNumber,
    new: NewYear,
    version: ExpectedVersion,
    asked: AskedDep,
    dry_run: bool = Query(False, description="only tell which running notices would move"),
) -> Response:
    """Put a year's decree into force (放假安排); notices that run are reckoned anew, and told with their history."""
    return await asked.write(
        commands.decree,
        commands.Decreeing(year, version, new, dry_run),
        lambda done: YearChanged(**YearRead.of(year, done.year).model_dump(), dry_run=done.dry_run, notices=done.moved),
    )
