"""Seats over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response

from services.quota.quotas import queries as quotas_
from services.quota.seats import queries
from services.quota.seats.commands import holding, releasing
from services.quota.seats.schemas import (
    ClaimRead,
    ClaimsRead,
    NewClaims,
    NewSeat,
    OpenSeat,
    PlacesRead,
    SeatRead,
    SeatsRead,
)
from shared.auth import Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.problems import NotFound
from shared.readiness import NEEDS_POLICY
from shared.web import PageDep, ReadingDep, WriteDep, may

router = Router(tags=["seats"])

READERS = [allow(Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR)]


@router.post("/v1/seats", status_code=201, response_model=SeatRead, dependencies=[may(holding.hold), NEEDS_POLICY])
async def hold_seat(wanted: NewSeat, request: WriteDep) -> Response:
    """Hold a place under a cap for ten minutes (预留名额); asked again for the same registration, the same seat.

    Where none is free the registration goes on the waiting list, by the time of asking: 409 `quota-full`.
    """
    return await request.run(
        holding.hold, wanted, lambda seat: seat, status=201, headers=lambda seat: {"Location": f"/v1/seats/{seat.id}"}
    )


@router.post(
    "/v1/seats/claims",
    response_model=ClaimsRead,
    dependencies=[may(holding.claim), NEEDS_POLICY],
    openapi_extra=LARGE_BODY,
)
async def claim_seats(wanted: NewClaims, request: WriteDep) -> Response:
    """Hold places for registrations that the registry is about to recognise, each on its own (认定前核定名额).

    They do not run out: the registry's events say whether they were taken, or that nothing will come of them.
    """

    def outcomes(found: Any) -> ClaimsRead:
        pairs = zip(wanted.items, found, strict=True)
        return ClaimsRead(items=[ClaimRead.of(each.registration_id, one, request.language) for each, one in pairs])

    return await request.run_many(holding.claim, wanted.items, outcomes)


@router.get("/v1/seats/{seat_id}", response_model=SeatRead, dependencies=READERS)
def read_seat(database: ReadingDep, seat_id: UUID) -> SeatRead:
    """One seat."""
    with database.reading() as session:
        seat = queries.seats(session, [seat_id]).get(seat_id)
        if seat is None:
            raise NotFound
        under, quotas = queries.under(session, [seat_id]), queries.capped(session, {seat.programme})
        return SeatRead.of(seat, under[seat_id], quotas)


@router.delete("/v1/seats/{seat_id}", response_model=SeatRead, dependencies=[may(releasing.release)])
async def release_seat(seat_id: UUID, request: WriteDep) -> Response:
    """Give a held place back, or leave the waiting list (释放名额)."""
    return await request.run(releasing.release, seat_id, lambda seat: seat)


@router.get("/v1/quotas/{quota_id}/seats", dependencies=READERS)
def read_seats(database: ReadingDep, paging: PageDep, quota_id: UUID) -> SeatsRead:
    """How the places of a cap are used, and who asked for one, in the order of asking (名额: 预留, 已用, 候补)."""
    after = quotas_.place(paging.after, datetime.fromisoformat, UUID)
    with database.reading() as session:
        cap = queries.caps(session, [quota_id]).get(quota_id)
        if cap is None:
            raise NotFound
        places = PlacesRead.of(cap, queries.waiting(session, [quota_id]).get(quota_id, 0))
        rows = queries.page(session, quota_id, after, paging.limit + 1)
    page = paging.page(rows, OpenSeat.of, lambda seat: [seat.requested_at.isoformat(), seat.id])
    return SeatsRead(**places.model_dump(), items=page.items, next=page.next)
