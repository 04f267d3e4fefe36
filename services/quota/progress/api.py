"""Progress over HTTP."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from services.quota.progress import queries
from services.quota.progress.schemas import ProgressRead, Wanted
from services.quota.quotas import queries as quotas
from shared import clock
from shared.auth import Role, allow
from shared.web import LanguageDep, Page, ReadingDep

router = APIRouter(tags=["progress"], dependencies=[allow(*Role)])


@router.get("/v1/progress")
def read_progress(
    database: ReadingDep,
    language: LanguageDep,
    programme: str | None = None,
    unit: Annotated[str | None, Query(description="this unit's own quotas, and its contribution to the city's")] = None,
    as_of: Annotated[date | None, Query(description="the last day that counts; today if absent")] = None,
    known_at: Annotated[AwareDatetime | None, Query(description="as it was known then; now if absent")] = None,
    by: Annotated[Literal["unit"] | None, Query(description="`unit`: with what each unit contributes")] = None,
) -> Page[ProgressRead]:
    """How far every quota has come (完成情况), now, as of a day, or as it was known at an instant.

    Quotas whose period has not begun are left out. Milestones show as they were told by then.
    """
    wanted = Wanted(
        on=as_of or clock.today(),
        known_at=known_at or clock.now(),
        past=as_of is not None or known_at is not None,
        all_known=known_at is None,
        programme=programme,
        unit=unit,
        by_unit=by == "unit",
    )
    with database.reading() as session:
        quotas.must_be_known(session, programme, unit)
        rows = queries.progress(session, wanted)
        parked = queries.parked(session)
    return Page(items=[ProgressRead.of(row, wanted, parked, language) for row in rows])
