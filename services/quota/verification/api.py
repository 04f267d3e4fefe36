"""Verification over HTTP."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from services.quota.quotas import queries as quotas
from services.quota.verification import commands, queries
from services.quota.verification.schemas import (
    AdjustmentRead,
    DoubtRead,
    NewDoubt,
    VerificationRead,
    WantedVerification,
)
from shared import clock
from shared.auth import Caller, Role, allow
from shared.contracts.facts import Fact
from shared.db import Database
from shared.web import AskedDep, LongPageDep, OnlyTheseDep, Page, PageDep, ReadingDep

router = APIRouter(tags=["verification"])

READS = allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)


@router.post("/v1/verify", response_model=VerificationRead, dependencies=[READS])
async def verify(wanted: WantedVerification, asked: AskedDep, database: ReadingDep) -> Response:
    """Check counters, ledger, heads and milestones against one another (核对); an operator may have them put right."""
    if wanted.repair:
        return await asked.write(commands.repair, wanted, lambda done: done)
    found = await run_in_threadpool(_check, database, asked.caller, wanted)
    return await asked.write(commands.answer, found, lambda done: done)


def _check(database: Database, caller: Caller, wanted: WantedVerification) -> VerificationRead:
    with database.reading() as session:  # beside the writer, which goes on meanwhile
        found = queries.found(session, wanted.source)
        done = {"repaired": False, "adjustments": 0, "by": caller.sub, "reason": wanted.reason, "at": clock.now()}
        return VerificationRead.of(found, quotas.every(session), **done)


@router.get("/v1/adjustments", dependencies=[READS])
def list_adjustments(database: ReadingDep, paging: PageDep) -> Page[AdjustmentRead]:
    """What operators had put right (调整记录), the newest first: before, after, who, when, why."""
    with database.reading() as session:
        rows = queries.adjustments(session, paging.after_id, paging.limit + 1)
    return paging.page(rows, AdjustmentRead.model_validate, lambda row: [row.id])


@router.get("/v1/facts", dependencies=[READS])
def facts(
    database: ReadingDep,
    paging: LongPageDep,
    id: OnlyTheseDep = None,
) -> Page[Fact]:
    """What every registration counts as here, by id (计数状态), to be compared with the registry's."""
    with database.reading() as session:
        found = queries.facts(session, id, paging.after_id, paging.limit + 1)
    return paging.page(found, Fact.model_validate, lambda each: [each.registration_id])


@router.post("/v1/facts/doubts", response_model=DoubtRead, dependencies=[allow(Role.OPERATOR)])
async def doubt(wanted: NewDoubt, asked: AskedDep) -> Response:
    """Doubt registrations (存疑), so that what the registry announces of them next replaces what is known here."""
    return await asked.write(commands.doubt, wanted, lambda doubted: DoubtRead(doubted=doubted))
