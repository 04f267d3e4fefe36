from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.corrections import queries
from services.registry.corrections.commands import boundaries, identities, successions
from services.registry.corrections.schemas.corrections import (
    BoundaryChangeRead,
    CaseNumber,
    CaseRead,
    CaseState,
    CaseSummary,
    DuplicateDecision,
    DuplicateReport,
    NewBoundaryChange,
    NewReorganisation,
    ReorganisationRead,
    UndoingDecision,
    UndoingReorganisation,
)
from services.registry.registrations.rules import SEES_ALL
from services.registry.subjects.models.people import Duplicate
from shared.auth import CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.fields import WrittenFlag
from shared.problems import NotFound
from shared.web import LanguageDep, Page, PageDep, ReadingDep, WriteDep, may, shown

router = Router()

COMPARES = allow(*SEES_ALL)
READS = allow(*SEES_ALL, Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER, reach=Reach.OWN)


@router.get("/v1/duplicates", tags=["duplicates"], dependencies=[READS])
def duplicates(
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    paging: PageDep,
    state: CaseState | None = None,
) -> Page[CaseSummary | CaseNumber]:
    """The review queue (疑似重复), newest first. Institutions and districts see the numbers of own cases alone."""
    with database.reading() as session:
        found = queries.cases(session, caller, state, paging.limit, paging.after_id)
        own = {} if caller.role in SEES_ALL else queries.own_registrations(session, caller, found)

    def read(case: Duplicate) -> CaseSummary | CaseNumber:
        if caller.role in SEES_ALL:
            return CaseSummary.of(case, language)
        return CaseNumber(id=case.id, registrations=own[case.id])

    return paging.page(found, read, lambda case: [case.id])


@router.post(
    "/v1/duplicates",
    tags=["duplicates"],
    status_code=201,
    response_model=CaseSummary,
    dependencies=[may(identities.report_duplicate)],
)
async def report(wanted: DuplicateReport, request: WriteDep) -> Response:
    """Report two people as perhaps one (提出疑似重复)."""
    return await request.run(
        identities.report_duplicate, wanted, lambda case: CaseSummary.of(case, request.language), 201
    )


@router.get("/v1/duplicates/{duplicate_id}", tags=["duplicates"], response_model=CaseRead, dependencies=[COMPARES])
def duplicate(duplicate_id: UUID, database: ReadingDep, language: LanguageDep) -> Response:
    """One case: both sides next to one another, masked, what matched, and what was decided (并列核对)."""
    with database.reading() as session:
        case = session.get(Duplicate, duplicate_id)
        if case is None:
            raise NotFound
        return shown(queries.case_shown(session, case, language))


@router.post(
    "/v1/duplicates/{duplicate_id}/decision",
    tags=["duplicates"],
    response_model=CaseSummary,
    dependencies=[may(identities.decide_duplicate)],
)
async def decide(duplicate_id: UUID, wanted: DuplicateDecision, request: WriteDep) -> Response:
    """Decide whether the two are one person, and which registration has the credit (认定)."""
    return await request.run(
        identities.decide_duplicate,
        identities.CaseDecision(duplicate_id, wanted),
        lambda case: CaseSummary.of(case, request.language),
    )


@router.post(
    "/v1/duplicates/{duplicate_id}/undo",
    tags=["duplicates"],
    response_model=CaseSummary,
    dependencies=[may(identities.undo_decision)],
)
async def undo_decision(duplicate_id: UUID, wanted: UndoingDecision, request: WriteDep) -> Response:
    """Take a decision back (撤销结论); every count is as it was before it."""
    return await request.run(
        identities.undo_decision,
        identities.CaseUndoing(duplicate_id, wanted),
        lambda case: CaseSummary.of(case, request.language),
    )


@router.post(
    "/v1/reorganisations",
    tags=["organisations"],
    status_code=201,
    response_model=ReorganisationRead,
    dependencies=[may(successions.reorganise)],
)
async def reorganise(wanted: NewReorganisation, request: WriteDep) -> Response:
    """Record that an organisation merged into another, or split (合并、分立)."""
    return await request.run(successions.reorganise, wanted, lambda done: done, 201)


@router.get("/v1/reorganisations", tags=["organisations"], dependencies=[COMPARES])
def reorganisations(database: ReadingDep, paging: PageDep) -> Page[ReorganisationRead]:
    """What was recorded of mergers and splits, newest first; those taken back included."""
    with database.reading() as session:
        found = queries.reorganisations(session, paging.limit, paging.after_id)
        read = queries.reorganisations_shown(session, found)
    return paging.page(read, lambda each: each, lambda each: [each.id])


@router.post(
    "/v1/reorganisations/{reorganisation_id}/undo",
    tags=["organisations"],
    response_model=ReorganisationRead,
    dependencies=[may(successions.undo_reorganisation)],
)
async def undo_reorganisation(reorganisation_id: UUID, wanted: UndoingReorganisation, request: WriteDep) -> Response:
    """Take a merger or a split back (撤销); titles, posts, codes and counts are as they were."""
    taking = successions.ReorganisationUndoing(reorganisation_id, wanted)
    return await request.run(successions.undo_reorganisation, taking, lambda done: done)


@router.post(
    "/v1/boundary-changes",
    tags=["boundaries"],
    response_model=BoundaryChangeRead,
    dependencies=[may(boundaries.carry_out)],
)
async def carry_out(
    change: NewBoundaryChange,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="only tell what would change")] = False,
) -> Response:
    """Carry out a boundary change where a part of a unit went to another, township by township (落实区划调整)."""
    return await request.run(boundaries.carry_out, boundaries.CarryingOut(change, dry_run), lambda done: done)
