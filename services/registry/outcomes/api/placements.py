from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel import Session

from services.registry.outcomes.commands.following import Following, follow
from services.registry.outcomes.commands.placing import place
from services.registry.outcomes.models import Placement
from services.registry.outcomes.queries import placements as queries
from services.registry.outcomes.queries.circumstances import subjects_of
from services.registry.outcomes.queries.retention import By, figures
from services.registry.outcomes.queries.stated import people_stated
from services.registry.outcomes.rules.placements import PlacementState
from services.registry.outcomes.schemas.placements import (
    NewPlacement,
    PlacementBatch,
    PlacementChange,
    PlacementEntryRead,
    PlacementItem,
    PlacementItems,
    PlacementRead,
    RetentionFigures,
)
from services.registry.programmes.queries import must_be_known
from services.registry.registrations.rules import READERS
from shared.auth import Caller, CallerDep, Reach, Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.fields import Day, Line
from shared.problems import Language, NotFound, Refusal
from shared.web import ExpectedVersion, LanguageDep, Page, PageDep, ReadingDep, WholePageDep, WriteDep, may, shown

router = Router(tags=["placements"])

ONE = "/v1/placements/{placement_id}"


@router.post(
    "/v1/placements",
    status_code=201,
    response_model=PlacementRead,
    responses={404: {}},
    dependencies=[may(place, reach=Reach.OWN)],
)
async def enter(wanted: NewPlacement, request: WriteDep) -> Response:
    """Enter a placement of a person at an internship base (见习登记): 3 to 12 months, one at a time a person."""
    return await request.run(
        place,
        wanted,
        lambda placed: placed.read(request.language, request.caller),
        status=201,
        headers=lambda placed: {"Location": f"/v1/placements/{placed.row.id}"},
    )


@router.post(
    "/v1/placements/batch",
    response_model=PlacementItems,
    dependencies=[may(place, reach=Reach.OWN)],
    openapi_extra=LARGE_BODY,
)
async def enter_batch(batch: PlacementBatch, request: WriteDep) -> Response:
    """Enter up to 1,000 placements, each with its own outcome (批量见习登记)."""
    return await request.run_many(
        place,
        batch.items,
        lambda outcomes: PlacementItems(
            items=[
                PlacementItem.of(
                    n,
                    each if isinstance(each, Refusal) else each.read(request.language, request.caller),
                    request.language,
                )
                for n, each in enumerate(outcomes)
            ]
        ),
    )


@router.patch(ONE, response_model=PlacementRead, dependencies=[may(follow, reach=Reach.OWN)])
async def change(placement_id: UUID, wanted: PlacementChange, version: ExpectedVersion, request: WriteDep) -> Response:
    """Change a placement: extended, finished (期满), hired (留用), left early (中止); null takes a day back."""
    return await request.run(
        follow, Following(placement_id, version, wanted), lambda placed: placed.read(request.language, request.caller)
    )


@router.get("/v1/placements", dependencies=[allow(*READERS, reach=Reach.OWN)])
def placements(
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    paging: PageDep,
    base: UUID | None = None,
    unit: Line | None = None,
    state: PlacementState | None = None,
    started_from: Day | None = None,
    started_to: Day | None = None,
) -> Page[PlacementRead]:
    """The placements at bases that the caller may see, newest first (见习查询)."""
    wanted = queries.PlacementFilter(base, unit, state, started_from, started_to)
    with database.reading() as session:
        must_be_known(session, unit=unit)
        found = queries.placements(session, caller, wanted, paging.limit, paging.after_id)
        read = _read(session, found, language, caller)
    return paging.page(found, lambda each: read[each[0].id], lambda each: [each[0].id])


@router.get("/v1/placements/retention", dependencies=[allow(*READERS, Role.LEADER, reach=Reach.OWN)])
def retention(
    database: ReadingDep,
    caller: CallerDep,
    period_start: Day,
    period_end: Day,
    by: Annotated[By, Query(description="figures of each base, or of each unit")] = "base",
    base: UUID | None = None,
    unit: Line | None = None,
) -> RetentionFigures:
    """Retention in a period (留用率): hired ÷ finished, by people; “—” where nobody has finished."""
    wanted = queries.PlacementFilter(base, unit)
    with database.reading() as session:
        must_be_known(session, unit=unit)
        return figures(session, caller, wanted, (period_start, period_end), by)


@router.get(ONE, response_model=PlacementRead, dependencies=[allow(*READERS, reach=Reach.OWN)])
def placement(placement_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> Response:
    """One placement; one at another institution's base is as if absent."""
    with database.reading() as session:
        found = queries.placement(session, caller, placement_id)
        if found is None:
            raise NotFound
        return shown(_read(session, [found], language, caller)[placement_id])


@router.get(f"{ONE}/history", dependencies=[allow(*READERS, reach=Reach.OWN)])
def history(
    placement_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep
) -> Page[PlacementEntryRead]:
    """Everything that was done to a placement, each time as it stood then (见习记录)."""
    with database.reading() as session:
        if queries.placement(session, caller, placement_id) is None:
            raise NotFound
        entries = queries.entries(session, placement_id)
    return paging.stretch([PlacementEntryRead.model_validate(each, from_attributes=True) for each in entries])


def _read(
    session: Session, found: Sequence[tuple[Placement, str]], language: Language, reader: Caller
) -> dict[UUID, PlacementRead]:
    rows = [placement for placement, _ in found]
    people, subjects = people_stated(session, rows), subjects_of(session, {row.record_ref for row in rows})
    return {
        each.id: PlacementRead.of(each, unit, people[each.id], subjects[each.record_ref], language, reader)
        for each, unit in found
    }
