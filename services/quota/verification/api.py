"""Verification and rebuilds over HTTP."""

from uuid import UUID

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from services.quota.quotas import queries as quotas
from services.quota.verification.commands import rebuilding, repairing
from services.quota.verification.commands.rebuilding import Filling
from services.quota.verification.models import RebuildState
from services.quota.verification.queries import checking, comparing
from services.quota.verification.queries.signatures import NOT_SIGNED, is_signed
from services.quota.verification.schemas.rebuilding import FactsComplete, NewFacts, NewRebuild, RebuildRead
from services.quota.verification.schemas.verifying import (
    AdjustmentRead,
    DoubtRead,
    NewDoubt,
    VerificationRead,
    WantedVerification,
)
from shared import clock
from shared.auth import Caller, KeyForDep, Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.config import settings
from shared.contracts.facts import Fact
from shared.db import Database
from shared.problems import InvalidBody, NotFound
from shared.web import LongPageDep, OnlyTheseDep, Page, PageDep, ReadingDep, WriteDep, may

READERS = [allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)]

router = Router()


@router.post("/v1/verify", response_model=VerificationRead, tags=["verification"], dependencies=[may(repairing.answer)])
async def verify(wanted: WantedVerification, request: WriteDep, database: ReadingDep) -> Response:
    """Check counters, ledger, heads and milestones against one another (核对); an operator may have them put right."""
    if wanted.repair:
        return await request.run(repairing.repair, wanted, lambda done: done)
    found = await run_in_threadpool(_check, database, request.caller, wanted)
    return await request.run(repairing.answer, found, lambda done: done)


def _check(database: Database, caller: Caller, wanted: WantedVerification) -> VerificationRead:
    with database.reading() as session:  # beside the writer, which goes on meanwhile
        found = checking.found(session, wanted.source)
        done = {"repaired": False, "adjustments": 0, "by": caller.actor, "reason": wanted.reason, "at": clock.now()}
        return VerificationRead.of(found, quotas.every(session), **done)


@router.get("/v1/adjustments", tags=["verification"], dependencies=READERS)
def list_adjustments(database: ReadingDep, paging: PageDep) -> Page[AdjustmentRead]:
    """What operators had put right (调整记录), the newest first: before, after, who, when, why."""
    with database.reading() as session:
        rows = checking.adjustments(session, paging.after_id, paging.limit + 1)
    return paging.page(rows, AdjustmentRead.model_validate, lambda row: [row.id])


@router.get("/v1/facts", tags=["verification"], dependencies=READERS)
def facts(
    database: ReadingDep,
    paging: LongPageDep,
    id: OnlyTheseDep = None,
) -> Page[Fact]:
    """What every registration counts as here, by id (计数状态), to be compared with the registry's."""
    with database.reading() as session:
        found = checking.facts(session, id, paging.after_id, paging.limit + 1)
    return paging.page(found, Fact.model_validate, lambda each: [each.registration_id])


@router.post("/v1/facts/doubts", response_model=DoubtRead, tags=["verification"], dependencies=[may(repairing.doubt)])
async def doubt(wanted: NewDoubt, request: WriteDep) -> Response:
    """Doubt registrations (存疑), so that what the registry announces of them next replaces what is known here."""
    return await request.run(repairing.doubt, wanted, lambda doubted: DoubtRead(doubted=doubted))


@router.post(
    "/v1/rebuilds", status_code=201, response_model=RebuildRead, tags=["rebuilds"], dependencies=[may(rebuilding.begin)]
)
async def begin(wanted: NewRebuild, request: WriteDep) -> Response:
    """Begin to count everything anew from the registry alone (开始重建); one that was left open is dropped."""
    return await request.run(
        rebuilding.begin,
        wanted,
        lambda rebuild: rebuild,
        status=201,
        headers=lambda rebuild: {"Location": f"/v1/rebuilds/{rebuild.id}"},
    )


@router.post(
    "/v1/rebuilds/{rebuild_id}/facts",
    response_model=RebuildRead,
    tags=["rebuilds"],
    dependencies=[may(rebuilding.fill)],
    openapi_extra=LARGE_BODY,
)
async def fill(rebuild_id: UUID, wanted: NewFacts, request: WriteDep, key_for: KeyForDep) -> Response:
    """Hand over a page of the registry's facts (收集), as the registry signed it. Nothing counts them before they are
    swapped in.
    """
    if not await is_signed(wanted, key_for, settings().issuer):
        raise InvalidBody(NOT_SIGNED)
    return await request.run(rebuilding.fill, Filling(rebuild_id, wanted), lambda rebuild: rebuild)


@router.post(
    "/v1/rebuilds/{rebuild_id}/filled",
    response_model=RebuildRead,
    tags=["rebuilds"],
    dependencies=[may(rebuilding.fill)],
)
async def end_filling(rebuild_id: UUID, wanted: FactsComplete, request: WriteDep) -> Response:
    """Say that the registry has told everything (收齐), and how many there are; 409 if they are not here."""
    return await request.run(rebuilding.fill, Filling(rebuild_id, wanted), lambda rebuild: rebuild)


@router.get("/v1/rebuilds/{rebuild_id}", tags=["rebuilds"], dependencies=READERS)
def read_rebuild(database: ReadingDep, rebuild_id: UUID) -> RebuildRead:
    """A rebuild, and once it is filled what it would change, figure by figure (重建前后对比)."""
    with database.reading() as session:
        rebuild = comparing.rebuild(session, rebuild_id)
        if rebuild is None:
            raise NotFound
        comparison = comparing.compared(session, rebuild) if rebuild.state == RebuildState.FILLED else None
        return RebuildRead.of(rebuild, comparison)


@router.post(
    "/v1/rebuilds/{rebuild_id}/swap", response_model=RebuildRead, tags=["rebuilds"], dependencies=[may(rebuilding.swap)]
)
async def swap(rebuild_id: UUID, request: WriteDep) -> Response:
    """Let it replace what stands (换上), in one transaction, every change an adjustment; nothing is announced."""
    return await request.run(rebuilding.swap, rebuild_id, lambda rebuild: rebuild)


@router.delete(
    "/v1/rebuilds/{rebuild_id}", response_model=RebuildRead, tags=["rebuilds"], dependencies=[may(rebuilding.drop)]
)
async def drop(rebuild_id: UUID, request: WriteDep) -> Response:
    """Give a rebuild up (放弃); what stands stays."""
    return await request.run(rebuilding.drop, rebuild_id, lambda rebuild: rebuild)
