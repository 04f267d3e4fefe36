from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.duplicates import commands, queries
from services.registry.duplicates.schemas import (
    CaseNumber,
    CaseRead,
    CaseState,
    CaseSummary,
    Decision,
    Report,
    Undoing,
)
from services.registry.people.models import Duplicate
from services.registry.registrations.queries import SEES_ALL
from shared.auth import CallerDep, Role, allow
from shared.problems import NotFound
from shared.web import AskedDep, LanguageDep, Page, PageDep, ReadingDep, shown

router = APIRouter(tags=["duplicates"])

DECIDES = allow(Role.BUREAU_OFFICER)
COMPARES = allow(*SEES_ALL)
READS = allow(*SEES_ALL, Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER)


@router.get("/v1/duplicates", dependencies=[READS])
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


@router.post("/v1/duplicates", status_code=201, response_model=CaseSummary, dependencies=[DECIDES])
async def report(wanted: Report, asked: AskedDep) -> Response:
    """Report two people as perhaps one (提出疑似重复)."""
    return await asked.write(commands.report_duplicate, wanted, lambda case: CaseSummary.of(case, asked.language), 201)


@router.get("/v1/duplicates/{duplicate_id}", response_model=CaseRead, dependencies=[COMPARES])
def duplicate(duplicate_id: UUID, database: ReadingDep, language: LanguageDep) -> Response:
    """One case: both sides next to one another, masked, what matched, and what was decided (并列核对)."""
    with database.reading() as session:
        case = session.get(Duplicate, duplicate_id)
        if case is None:
            raise NotFound
        return shown(queries.shown(session, case, language))


@router.post("/v1/duplicates/{duplicate_id}/decision", response_model=CaseSummary, dependencies=[DECIDES])
async def decide(duplicate_id: UUID, wanted: Decision, asked: AskedDep) -> Response:
    """Decide whether the two are one person, and which registration has the credit (认定)."""
    return await asked.write(
        commands.decide_duplicate,
        commands.Deciding(duplicate_id, wanted),
        lambda case: CaseSummary.of(case, asked.language),
    )


@router.post("/v1/duplicates/{duplicate_id}/undo", response_model=CaseSummary, dependencies=[DECIDES])
async def undo(duplicate_id: UUID, wanted: Undoing, asked: AskedDep) -> Response:
    """Take a decision back (撤销结论); every count is as it was before it."""
    return await asked.write(
        commands.undo_decision,
        commands.TakingBack(duplicate_id, wanted),
        lambda case: CaseSummary.of(case, asked.language),
    )
