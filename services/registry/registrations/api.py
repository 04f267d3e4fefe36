from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import anyio.to_thread
from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.registry.programmes.queries import programmes
from services.registry.registrations import queries
from services.registry.registrations.clients.settling import settle_within, waiting_among
from services.registry.registrations.commands import amending, checking, registering
from services.registry.registrations.commands.approvals import approval
from services.registry.registrations.commands.registering import Shown
from services.registry.registrations.commands.stated import subjects
from services.registry.registrations.rules import READERS, SEES_ALL
from services.registry.registrations.schemas import (
    BatchItem,
    BatchOutcome,
    CheckRead,
    HistoryEntryRead,
    NewRegistration,
    RegistrationBatch,
    RegistrationChange,
    RegistrationRead,
    TriedRegistration,
)
from services.registry.subjects.rules.numbers import excel_damaged
from services.registry.subjects.schemas.people import PersonSubject
from shared.auth import Caller, CallerDep, Reach, allow
from shared.bodies import LARGE_BODY, Router
from shared.contracts.registration import RegistrationState
from shared.db import Database
from shared.fields import AsTyped, Day, Line, Word, WrittenFlag
from shared.problems import Fault, InvalidBody, Language, NotFound, Refusal, Said
from shared.readiness import NEEDS_POLICY
from shared.validation import faults_of
from shared.web import (
    ExpectedVersion,
    LanguageDep,
    Page,
    PageDep,
    Paging,
    ReadingDep,
    WholePageDep,
    WriteDep,
    may,
    shown,
)

MOST_FAULTS_OF_ITEM = 20  # told of one item of a batch; of fields it has fewer

router = Router(tags=["registrations"])


class RegistrationSearch(BaseModel):
    """What leads to registrations: a document number, an organisation or post code, or an external reference."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[AsTyped, Field(min_length=1, max_length=100)]


@router.post(
    "/v1/registrations",
    status_code=201,
    response_model=RegistrationRead,
    dependencies=[may(registering.register, reach=Reach.OWN), NEEDS_POLICY],
)
async def register(wanted: NewRegistration, request: WriteDep) -> Response:
    """Register a person, an organisation or a post in a programme (登记).

    Where it recognises itself and a limit (限额) covers it, quota is asked for a seat at once: it is recognised with
    one, and stands on the waiting list without. While quota is away it stays submitted, and is asked for again.
    """
    entered: list[RegistrationRead] = []

    def read(shown: Shown) -> RegistrationRead:
        entered[:] = [shown.read(request.language, request.caller)]
        return entered[0]

    first = await request.run(
        registering.register,
        wanted,
        read,
        status=201,
        headers=lambda shown: {"Location": f"/v1/registrations/{shown.registration.id}"},
    )
    waiting = waiting_among(entered)
    return await settle_within(request, waiting, lambda settled: read(*settled.values()), first)


@router.post(
    "/v1/registrations/batch",
    response_model=BatchOutcome,
    dependencies=[may(registering.register, reach=Reach.OWN), NEEDS_POLICY],
    openapi_extra=LARGE_BODY,
)
async def register_batch(batch: RegistrationBatch, request: WriteDep) -> Response:
    """Register up to 1,000 subjects; each item is registered or refused on its own (批量登记).

    The seats that items need are asked of quota all together; see `POST /v1/registrations`.
    """
    items = await anyio.to_thread.run_sync(read_batch, batch)
    readable = [item for item in items if isinstance(item, NewRegistration)]
    answered = BatchOutcome(items=[])

    def read(outcomes: Sequence[Shown | Refusal]) -> BatchOutcome:
        answered.items = batch_outcome(items, outcomes, request.language, request.caller).items
        return answered

    first = await request.run_many(registering.register, readable, read)
    waiting = waiting_among([item.registration for item in answered.items if item.registration])

    def anew(settled: Mapping[UUID, Shown]) -> BatchOutcome:
        reads = {each: shown.read(request.language, request.caller) for each, shown in settled.items()}
        return answered.with_registrations(reads)

    return await settle_within(request, waiting, anew, first)


@router.post(
    "/v1/programmes/{code}/check",
    response_model=CheckRead,
    responses={429: {}},
    dependencies=[may(checking.check, reach=Reach.OWN), NEEDS_POLICY],
)
async def check(code: Word, wanted: TriedRegistration, request: WriteDep) -> Response:
    """Try a registration in a programme without keeping it: the verdict, and the reasons in both languages (试算).

    To an institution it says what its own registrations and the rules make of it, whether or not others registered the
    same subject; 429 where it is tried too often.
    """
    return await request.run(checking.check, checking.Trial(code, wanted), lambda tried: tried.read)


@router.get("/v1/registrations", dependencies=[allow(*READERS, reach=Reach.OWN)])
def registrations(
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    paging: PageDep,
    programme: Line | None = None,
    state: RegistrationState | None = None,
    unit: Line | None = None,
    institution: UUID | None = None,
    q: Annotated[AsTyped | None, Query(max_length=100, description="external_ref, organisation or post code")] = None,
    counted_from: Day | None = None,
    counted_to: Day | None = None,
    township_unknown: Annotated[
        WrittenFlag,
        Query(description="only those in a unit a part of which went elsewhere, and of unknown township"),
    ] = False,
) -> Page[RegistrationRead]:
    """The registrations the caller may see, newest first (登记查询). A document number is looked for by
    `POST /v1/registrations/search` alone, since it may stand in no address.
    """
    wanted = queries.RegistrationFilter(
        programme,
        state,
        unit,
        institution,
        q,
        counted_from=counted_from,
        counted_to=counted_to,
        township_unknown=township_unknown,
    )
    return _page(database, caller, language, paging, wanted)


@router.post("/v1/registrations/search", dependencies=[allow(*READERS, reach=Reach.OWN)])
def search(
    sought: RegistrationSearch, database: ReadingDep, caller: CallerDep, language: LanguageDep, paging: PageDep
) -> Page[RegistrationRead]:
    """The registrations the caller may see that a document number, a code or a reference leads to, newest first (查找).

    It is sent, so that no address holds a number. Writes nothing.
    """
    return _page(database, caller, language, paging, queries.RegistrationFilter(q=sought.q, by_number=True))


def _page(
    database: Database, caller: Caller, language: Language, paging: Paging, wanted: queries.RegistrationFilter
) -> Page[RegistrationRead]:
    with database.reading() as session:
        queries.must_be_known(session, caller, wanted)
        found = queries.registrations(session, caller, wanted, paging.limit, paging.after_id)
        known_subjects = subjects(session, found)
        known = programmes(session)
    return paging.page(
        found,
        lambda each: RegistrationRead.of(each, known_subjects[each.id], known[each.programme], language, caller),
        lambda each: [each.id],
    )


@router.get(
    "/v1/registrations/{registration_id}",
    response_model=RegistrationRead,
    dependencies=[allow(*READERS, reach=Reach.OWN)],
)
def registration(registration_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> Response:
    """One registration; another institution's is as if absent."""
    with database.reading() as session:
        found = queries.registration(session, caller, registration_id)
        if found is None:
            raise NotFound
        subject = subjects(session, [found])[found.id]
        programme = programmes(session)[found.programme]
        waiting = approval(session, found) if caller.role in SEES_ALL else None
    read = RegistrationRead.of(found, subject, programme, language, caller)
    return shown(read.with_approval(waiting))


@router.patch(
    "/v1/registrations/{registration_id}",
    response_model=RegistrationRead,
    dependencies=[may(amending.amend, reach=Reach.OWN)],
)
async def amend(
    registration_id: UUID, change: RegistrationChange, version: ExpectedVersion, request: WriteDep
) -> Response:
    """Amend a draft or a returned registration (修改); one on public notice is the bureau's, and published again."""
    wanted = amending.Amendment(registration_id, version, change)
    return await request.run(amending.amend, wanted, lambda shown: shown.read(request.language, request.caller))


@router.post(
    "/v1/registrations/{registration_id}/check",
    response_model=CheckRead,
    responses={429: {}},
    dependencies=[may(checking.check_amendment, reach=Reach.OWN)],
)
async def check_amendment(registration_id: UUID, change: RegistrationChange, request: WriteDep) -> Response:
    """Try an amendment without keeping it: what would come of it, were it submitted with the change (试算修改)."""
    trial = checking.AmendmentTrial(registration_id, change)
    return await request.run(checking.check_amendment, trial, lambda tried: tried.read)


@router.get("/v1/registrations/{registration_id}/history", dependencies=[allow(*READERS, reach=Reach.OWN)])
def history(
    registration_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep
) -> Page[HistoryEntryRead]:
    """Everything that was done to a registration: who, when, why, on what document (办理记录)."""
    with database.reading() as session:
        if queries.registration(session, caller, registration_id) is None:
            raise NotFound
        entries = queries.history(session, registration_id)
    return paging.stretch([HistoryEntryRead.of(each, caller) for each in entries])


DAMAGED = Fault(
    "/subject/id_number",
    "excel_damaged",
    Said(
        "本批身份证号码全部以 000 结尾，应是表格软件只保留了 15 位数字；请将该列设为文本格式，用原始号码重新填写",
        "Every resident number of this batch ends in 000: a spreadsheet kept 15 digits only. Format the column as text "
        "and fill in the numbers anew",
    ),
)


def read_batch(batch: RegistrationBatch) -> list[NewRegistration | InvalidBody]:
    """Every item as a registration, or what is wrong with it."""
    items = [_item(raw) for raw in batch.items]
    people = [each.subject.id_number for each in items if _states_person(each)]  # type: ignore[union-attr]
    if not excel_damaged(people):
        return items
    return [InvalidBody(DAMAGED) if _states_person(each) else each for each in items]


def _item(raw: Any) -> NewRegistration | InvalidBody:
    try:
        return NewRegistration.model_validate(raw)
    except ValidationError as error:
        return InvalidBody(*faults_of(error.errors(include_input=False)[:MOST_FAULTS_OF_ITEM], raw))


def _states_person(item: NewRegistration | InvalidBody) -> bool:
    return isinstance(item, NewRegistration) and isinstance(item.subject, PersonSubject)


def batch_outcome(
    items: Sequence[NewRegistration | InvalidBody],
    outcomes: Sequence[Shown | Refusal],
    language: Language,
    caller: Caller,
) -> BatchOutcome:
    """The outcome of each item in the order sent; `outcomes` are those of the items that could be read."""
    executed = iter(outcomes)
    found = []
    for index, item in enumerate(items):
        outcome = item if isinstance(item, InvalidBody) else next(executed)
        if isinstance(outcome, Refusal):
            found.append(BatchItem.refused(index, outcome, language))
        else:
            found.append(BatchItem(index=index, status=201, registration=outcome.read(language, caller)))
    return BatchOutcome(items=found)
