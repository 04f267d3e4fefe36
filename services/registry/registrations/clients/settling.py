"""The seats of registrations that recognise themselves: asked for within the request, once it is committed.

What was entered stays entered, whatever becomes of the question: the worker asks again for whoever got no answer.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import anyio.to_thread
from fastapi import Response
from pydantic import BaseModel

from services.registry.accounts.queries.tokens import own_token
from services.registry.registrations.clients.seats import SeatRequest, request_seats
from services.registry.registrations.commands.registering import Shown
from services.registry.registrations.commands.seats import wanted_seats
from services.registry.registrations.commands.settling import AnsweredSeat, Settled, settle_seats
from services.registry.registrations.errors import PlacesUnknown
from services.registry.registrations.rules import PLACE_NEEDED, SYSTEM
from services.registry.registrations.schemas import RegistrationRead
from shared.db import Database
from shared.problems import Language, Refusal
from shared.web import WriteRequest


def waiting_among(entered: Sequence[RegistrationRead]) -> list[UUID]:
    """Those of the registrations shown that wait for their seats."""
    return [each.id for each in entered if any(warned.code == PLACE_NEEDED.code for warned in each.warnings)]


async def settle_within(
    request: WriteRequest,
    entered: Collection[UUID],
    answer: Callable[[Mapping[UUID, Shown]], BaseModel],
    first: Response,
) -> Response:
    """Ask quota for the seats of registrations that a request entered, and answer anew with what came of it.

    `answer` makes the answer of those that were looked at. The first answer stands where nobody waits, where quota does
    not answer, and where its answers cannot be entered now.
    """
    answers = await ask_for_seats(request.database, entered, request.language)
    if not answers:
        return first

    def anew(outcomes: Sequence[Any]) -> BaseModel:
        return answer({each.shown.registration.id: each.shown for each in outcomes if isinstance(each, Settled)})

    try:
        return await request.amend_answer(settle_seats, SYSTEM, answers, anew, first)
    except Refusal:
        return first


async def ask_for_seats(database: Database, ids: Collection[UUID], language: Language) -> list[AnsweredSeat]:
    """What quota answers for those of these registrations that wait for a seat; nothing of whom it does not answer."""

    def wanted() -> list[SeatRequest]:
        with database.reading() as session:
            return wanted_seats(session, ids)

    seats = await anyio.to_thread.run_sync(wanted) if ids else []
    places = await request_seats(seats, f"Bearer {own_token()}", language) if seats else {}
    return [AnsweredSeat(each, place) for each, place in places.items() if not isinstance(place, PlacesUnknown)]
