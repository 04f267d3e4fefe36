from collections.abc import Sequence
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from services.registry.registrations.clients import SeatRequest, request_seats
from services.registry.registrations.rules import ACTORS, Place
from services.registry.transitions.commands import moving
from services.registry.transitions.commands.acts import Acting
from services.registry.transitions.queries.transitions import places_wanted
from services.registry.transitions.rules.transitions import RECOGNISING
from services.registry.transitions.schemas import (
    Transition,
    TransitionItem,
    TransitionItems,
    TransitionRead,
    Transitions,
)
from shared.auth import allow
from shared.db import Database
from shared.problems import Language, Refusal
from shared.web import Asked, AskedDep, ReadingDep

router = APIRouter(tags=["decisions"])


@router.post(
    "/v1/registrations/{registration_id}/transitions",
    response_model=TransitionRead,
    responses={202: {"model": TransitionRead, "description": "A second officer is needed; nothing changed"}},
    dependencies=[allow(*ACTORS)],
)
async def transition(
    registration_id: UUID, wanted: Transition, asked: AskedDep, database: ReadingDep, request: Request
) -> Response:
    """Move a registration: endorse, pass, publish, recognise, return, revoke … (办理).

    Where places are limited (限额) quota is asked for one before anybody is recognised: 409 `quota-full`.
    """
    places = await _places([registration_id], wanted, asked, database, request)
    return await asked.write(
        moving.transition,
        Acting(registration_id, wanted, places.get(registration_id)),
        lambda acted: _read(acted, asked.language),
        status=lambda acted: 202 if acted.awaiting else 200,
    )


@router.post("/v1/registrations/transitions", response_model=TransitionItems, dependencies=[allow(*ACTORS)])
async def transitions(wanted: Transitions, asked: AskedDep, database: ReadingDep, request: Request) -> Response:
    """Move many registrations by the same act; each has its own outcome (批量办理)."""
    transition = Transition(**wanted.model_dump(exclude={"ids"}))
    ids = list(dict.fromkeys(wanted.ids))
    places = await _places(ids, transition, asked, database, request)
    return await asked.write_many(
        moving.transition,
        [Acting(each, transition, places.get(each)) for each in ids],
        lambda outcomes: TransitionItems(
            items=[_item(each, outcome, asked.language) for each, outcome in zip(ids, outcomes, strict=True)]
        ),
    )


async def _places(
    ids: Sequence[UUID], wanted: Transition, asked: Asked, database: Database, request: Request
) -> dict[UUID, Place | Refusal]:
    """What quota answers for those that need a place; it is not asked for nothing."""

    def needed() -> list[SeatRequest]:
        with database.reading() as session:
            return places_wanted(session, asked.caller, ids, wanted)

    if wanted.action not in RECOGNISING:
        return {}
    places = await anyio.to_thread.run_sync(needed)
    return await request_seats(places, request.headers["authorization"], asked.language) if places else {}


def _read(acted: moving.Acted, language: Language) -> TransitionRead:
    awaiting = "second_officer" if acted.awaiting else None
    shown = TransitionRead.of(acted.registration, acted.subject, acted.programme, language)
    return shown.model_copy(update={"awaiting": awaiting})


def _item(registration_id: UUID, outcome: moving.Acted | Refusal, language: Language) -> TransitionItem:
    if isinstance(outcome, Refusal):
        return TransitionItem.refused(registration_id, outcome, language)
    return TransitionItem(
        id=registration_id,
        status=202 if outcome.awaiting else 200,
        state=outcome.registration.state,
        version=outcome.registration.version,
        awaiting="second_officer" if outcome.awaiting else None,
    )
