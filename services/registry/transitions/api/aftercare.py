from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.programmes.queries import must_be_known, programmes
from services.registry.registrations.commands.stated import subjects
from services.registry.registrations.queries import registration
from services.registry.registrations.rules import READERS
from services.registry.transitions.commands import aftercare as commands
from services.registry.transitions.queries import aftercare as queries
from services.registry.transitions.rules.aftercare import DueKind
from services.registry.transitions.schemas.aftercare import DueRead, FindingItem, FindingItems, FindingRead, NewFindings
from shared import clock
from shared.auth import CallerDep, Reach, allow
from shared.bodies import LARGE_BODY, Router
from shared.fields import Line, WrittenNumber
from shared.problems import NotFound
from shared.web import Page, PageDep, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["aftercare"])


@router.post(
    "/v1/aftercare",
    response_model=FindingItems,
    dependencies=[may(commands.find, reach=Reach.OWN)],
    openapi_extra=LARGE_BODY,
)
async def find(wanted: NewFindings, request: WriteDep) -> Response:
    """Keep what annual assessments and retention checks found, each with its own outcome (年度考核、在岗核查)."""
    return await request.run_many(
        commands.find,
        wanted.items,
        lambda outcomes: FindingItems(
            items=[FindingItem.of(n, outcome, request.language) for n, outcome in enumerate(outcomes)]
        ),
    )


@router.get("/v1/aftercare/due", dependencies=[allow(*READERS, reach=Reach.OWN)])
def due(
    database: ReadingDep,
    caller: CallerDep,
    paging: PageDep,
    kind: DueKind,
    within_days: Annotated[WrittenNumber, Query(ge=0, le=366)] = 30,
    programme: Line | None = None,
    unit: Line | None = None,
) -> Page[DueRead]:
    """What is due within some days, or overdue (到期待办): assessments, checks, rectifications, terms, service."""
    wanted = queries.DueFilter(kind, clock.today(), within_days, programme, unit)
    with database.reading() as session:
        must_be_known(session, programme=programme, unit=unit)
        found = queries.due(session, caller, wanted, programmes(session), paging.limit, paging.after_id)
        shown = subjects(session, [each.registration for each in found])
    return paging.page(
        found,
        lambda each: DueRead(
            kind=kind,
            due_on=each.due_on,
            registration_id=each.registration.id,
            subject=shown[each.registration.id],
            **each.registration.model_dump(include={"programme", "reporting_unit", "institution_id"}),
        ),
        lambda each: [each.registration.id],
    )


@router.get("/v1/registrations/{registration_id}/aftercare", dependencies=[allow(*READERS, reach=Reach.OWN)])
def findings(registration_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep) -> Page[FindingRead]:
    """What was found of a registration since it was recognised (考核与核查记录)."""
    with database.reading() as session:
        if registration(session, caller, registration_id) is None:
            raise NotFound
        return paging.stretch([FindingRead.of(each) for each in queries.findings(session, registration_id)])
