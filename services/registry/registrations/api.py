from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.fields import Day, Line
from services.registry.programmes.queries import programmes
from services.registry.registrations import checking, commands, queries
from services.registry.registrations.batches import read_batch, told
from services.registry.registrations.schemas import (
    Batch,
    CheckRead,
    Items,
    NewRegistration,
    RegistrationChange,
    RegistrationRead,
    StepRead,
    TriedRegistration,
)
from shared.auth import CallerDep, Role, allow
from shared.contracts.registration import State
from shared.problems import NotFound
from shared.web import AskedDep, ExpectedVersion, LanguageDep, Page, PageDep, ReadingDep, shown

router = APIRouter(tags=["registrations"])

WRITES = allow(Role.INSTITUTION_CLERK, Role.BUREAU_OFFICER)
ACTS = allow(Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER)
READS = allow(
    Role.INSTITUTION_CLERK,
    Role.INSTITUTION_REVIEWER,
    Role.DISTRICT_OFFICER,
    Role.BUREAU_OFFICER,
    Role.AUDITOR,
)


@router.post("/v1/registrations", status_code=201, response_model=RegistrationRead, dependencies=[WRITES])
async def register(wanted: NewRegistration, asked: AskedDep) -> Response:
    """Register a person, an organisation or a post in a programme (登记)."""
    return await asked.write(
        commands.register,
        wanted,
        lambda outcome: outcome.read(asked.language),
        status=201,
        headers=lambda outcome: {"Location": f"/v1/registrations/{outcome.registration.id}"},
    )


@router.post(
    "/v1/registrations/batch",
    response_model=Items,
    dependencies=[WRITES],
)
async def register_batch(batch: Batch, asked: AskedDep) -> Response:
    """Register up to 1,000 subjects; each item is taken or refused on its own (批量登记)."""
    items = read_batch(batch)
    readable = [item for item in items if isinstance(item, NewRegistration)]
    return await asked.write_many(commands.register, readable, lambda outcomes: told(items, outcomes, asked.language))


@router.post("/v1/programmes/{code}/check", response_model=CheckRead, dependencies=[WRITES])
async def check(code: str, wanted: TriedRegistration, asked: AskedDep) -> Response:
    """Try a registration in a programme without keeping it: the verdict, and the reasons in both languages (试算)."""
    return await asked.write(checking.check, checking.Trying(code, wanted), lambda found: found)


@router.get("/v1/registrations", dependencies=[READS])
def registrations(
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    paging: PageDep,
    programme: Line | None = None,
    state: State | None = None,
    unit: Line | None = None,
    institution: UUID | None = None,
    q: Annotated[
        Line | None, Query(max_length=100, description="external_ref, organisation or post code, or document number")
    ] = None,
    counted_from: Day | None = None,
    counted_to: Day | None = None,
    township_unknown: Annotated[
        bool, Query(description="only those in a unit a part of which went elsewhere since, and of unknown township")
    ] = False,
) -> Page[RegistrationRead]:
    """The registrations the caller may see, newest first (登记查询)."""
    wanted = queries.Filter(programme, state, unit, institution, q, counted_from, counted_to, township_unknown)
    with database.reading() as session:
        found = queries.registrations(session, caller, wanted, paging.limit, paging.after_id)
        subjects = queries.subjects(session, found)
        known = programmes(session)
    return paging.page(
        found,
        lambda each: RegistrationRead.of(each, subjects[each.record_ref], known[each.programme], language),
        lambda each: [each.id],
    )


@router.get("/v1/registrations/{registration_id}", response_model=RegistrationRead, dependencies=[READS])
def registration(registration_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> Response:
    """One registration; another institution's is as if absent."""
    with database.reading() as session:
        found = queries.registration(session, caller, registration_id)
        if found is None:
            raise NotFound
        subject = queries.subjects(session, [found])[found.record_ref]
        programme = programmes(session)[found.programme]
    return shown(RegistrationRead.of(found, subject, programme, language))


@router.patch("/v1/registrations/{registration_id}", response_model=RegistrationRead, dependencies=[WRITES])
async def amend(
    registration_id: UUID, change: RegistrationChange, version: ExpectedVersion, asked: AskedDep
) -> Response:
    """Amend a draft or a returned registration (修改)."""
    wanted = commands.Changing(registration_id, version, change)
    return await asked.write(
        commands.amend,
        wanted,
        lambda outcome: outcome.read(asked.language),
    )


@router.get("/v1/registrations/{registration_id}/history", dependencies=[READS])
def history(registration_id: UUID, database: ReadingDep, caller: CallerDep) -> Page[StepRead]:
    """Every act on a registration: who, when, why, on what document (办理记录)."""
    with database.reading() as session:
        if queries.registration(session, caller, registration_id) is None:
            raise NotFound
        steps = queries.history(session, registration_id)
    return Page(items=[StepRead.model_validate(each, from_attributes=True) for each in steps])
