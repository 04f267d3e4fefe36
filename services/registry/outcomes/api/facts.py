from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.outcomes.commands.recording import Recording, record
from services.registry.outcomes.commands.withdrawing import Withdrawing, withdraw
from services.registry.outcomes.queries import circumstances as queries
from services.registry.outcomes.schemas.circumstances import (
    FactBatch,
    FactItemRead,
    FactItems,
    FactRead,
    FactWithdrawal,
    NewFact,
)
from services.registry.registrations.queries import registration
from services.registry.registrations.rules import READERS
from shared.auth import CallerDep, Reach, allow
from shared.bodies import LARGE_BODY, Router
from shared.fields import Day, Instant
from shared.problems import NotFound, Refusal
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["facts of registrations"])

FACTS = "/v1/registrations/{registration_id}/facts"


@router.post(
    FACTS,
    status_code=201,
    response_model=FactRead,
    responses={200: {"model": FactRead, "description": "It stands already; nothing changed"}},
    dependencies=[may(record, reach=Reach.OWN)],
)
async def record_fact(registration_id: UUID, wanted: NewFact, request: WriteDep) -> Response:
    """Record what follows a recognition, from a day on: 空缺, 在岗人员, 落户, the second certificate (认定后情况)."""
    return await request.run(
        record, Recording(registration_id, wanted), lambda found: found.fact, status=lambda found: found.status
    )


@router.post(
    "/v1/registrations/facts",
    response_model=FactItems,
    dependencies=[may(record, reach=Reach.OWN)],
    openapi_extra=LARGE_BODY,
)
async def record_facts(batch: FactBatch, request: WriteDep) -> Response:
    """Record up to 1,000 facts, each with its own outcome (批量记录认定后情况)."""
    return await request.run_many(
        record,
        [Recording(each.registration_id, each.fact) for each in batch.items],
        lambda outcomes: FactItems(
            items=[
                FactItemRead.of(n, each if isinstance(each, Refusal) else (each.fact, each.status), request.language)
                for n, each in enumerate(outcomes)
            ]
        ),
    )


@router.post(f"{FACTS}/{{fact_id}}/withdraw", response_model=FactRead, dependencies=[may(withdraw, reach=Reach.OWN)])
async def withdraw_fact(registration_id: UUID, fact_id: UUID, wanted: FactWithdrawal, request: WriteDep) -> Response:
    """Withdraw what was recorded by mistake; it stays in the list, and counts follow (撤回)."""
    return await request.run(withdraw, Withdrawing(registration_id, fact_id, wanted.reason), lambda fact: fact)


@router.get(FACTS, dependencies=[allow(*READERS, reach=Reach.OWN)])
def facts(
    registration_id: UUID,
    database: ReadingDep,
    paging: WholePageDep,
    caller: CallerDep,
    as_of: Annotated[Day | None, Query(description="only what is effective by this day")] = None,
    known_at: Annotated[Instant | None, Query(description="only what stood, as it was known then")] = None,
) -> Page[FactRead]:
    """Everything recorded of a registration since it was recognised, in order of knowledge, withdrawn or not."""
    with database.reading() as session:
        if registration(session, caller, registration_id) is None:
            raise NotFound
        rows = queries.circumstances(session, registration_id, as_of, known_at)
        shown = queries.facts_read(session, rows)
    return paging.stretch([shown[row.id] for row in rows])
