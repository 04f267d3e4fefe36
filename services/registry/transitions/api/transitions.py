from collections.abc import Mapping, Sequence
from uuid import UUID

import anyio.to_thread
from fastapi import Request, Response

from services.registry.registrations.clients.seats import SeatRequest, request_seats
from services.registry.registrations.clients.settling import settle_within
from services.registry.registrations.commands.registering import Shown
from services.registry.registrations.rules import READERS, Place
from services.registry.transitions.commands import transitions as commands
from services.registry.transitions.commands.context import RequestedTransition
from services.registry.transitions.commands.seats import seats_needed
from services.registry.transitions.commands.transitions import TransitionOutcome
from services.registry.transitions.rules.workflow import RECOGNISING
from services.registry.transitions.schemas.transitions import (
    Transition,
    TransitionItem,
    TransitionItems,
    TransitionRead,
    Transitions,
)
from services.registry.transitions.schemas.workflow import WorkflowRead
from shared.auth import Caller, CallerDep, Reach, Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.problems import Language, Refusal
from shared.web import WriteDep, WriteRequest, may

router = Router(tags=["decisions"])


@router.get("/v1/workflow", dependencies=[allow(*READERS, reach=Reach.ALL)])
def workflow(caller: CallerDep) -> WorkflowRead:
    """The states, what the caller's role may do in each, and what has to be stated for it (办理流程)."""
    return WorkflowRead.of(Role(caller.role))


@router.post(
    "/v1/registrations/{registration_id}/transitions",
    response_model=TransitionRead,
    responses={202: {"model": TransitionRead, "description": "A second officer is needed; nothing changed"}},
    dependencies=[may(commands.transition, reach=Reach.OWN)],
)
async def transition(registration_id: UUID, wanted: Transition, request: WriteDep, http: Request) -> Response:
    """Lead a registration to another state: endorse, pass, publish, recognise, return, revoke … (办理).

    Where places are limited (限额) quota is asked for one before anybody is recognised: 409 `quota-full`. A submission
    that recognises itself asks for its seat as `POST /v1/registrations` does.
    """
    places = await _places([registration_id], wanted, request, http)
    first = await request.run(
        commands.transition,
        RequestedTransition(registration_id, wanted, places.get(registration_id)),
        lambda outcome: _read(outcome, request.language, request.caller),
        status=lambda outcome: 202 if outcome.awaiting else 200,
    )
    if wanted.action != "submit":
        return first
    return await settle_within(
        request, [registration_id], lambda settled: _submitted(settled, request.language, request.caller), first
    )


@router.post(
    "/v1/registrations/transitions",
    response_model=TransitionItems,
    dependencies=[may(commands.transition, reach=Reach.OWN)],
    openapi_extra=LARGE_BODY,
)
async def transitions(wanted: Transitions, request: WriteDep, http: Request) -> Response:
    """Lead many registrations on by the same action; each has its own outcome (批量办理)."""
    transition = Transition(**wanted.model_dump(exclude={"ids"}))
    ids = list(dict.fromkeys(wanted.ids))
    places = await _places(ids, transition, request, http)
    answered = TransitionItems(items=[])

    def read(outcomes: Sequence[TransitionOutcome | Refusal]) -> TransitionItems:
        pairs = zip(ids, outcomes, strict=True)
        answered.items = [_item(each, outcome, request.language) for each, outcome in pairs]
        return answered

    requested = [RequestedTransition(each, transition, places.get(each)) for each in ids]
    first = await request.run_many(commands.transition, requested, read)
    if wanted.action != "submit":
        return first
    submitted = [item.id for item in answered.items if item.status == 200]

    def anew(settled: Mapping[UUID, Shown]) -> TransitionItems:
        return answered.after({each: shown.registration for each, shown in settled.items()})

    return await settle_within(request, submitted, anew, first)


async def _places(
    ids: Sequence[UUID], wanted: Transition, request: WriteRequest, http: Request
) -> dict[UUID, Place | Refusal]:
    """What quota answers for those that need a place; it is not asked for nothing."""

    def needed() -> list[SeatRequest]:
        with request.database.reading() as session:
            return seats_needed(session, request.caller, ids, wanted)

    if wanted.action not in RECOGNISING:
        return {}
    seats = await anyio.to_thread.run_sync(needed)
    return await request_seats(seats, http.headers["authorization"], request.language) if seats else {}


def _submitted(settled: Mapping[UUID, Shown], language: Language, caller: Caller) -> TransitionRead:
    (shown,) = settled.values()
    return TransitionRead.of(shown.registration, shown.subject, shown.programme, language, caller)


def _read(outcome: TransitionOutcome, language: Language, caller: Caller) -> TransitionRead:
    shown = TransitionRead.of(outcome.registration, outcome.subject, outcome.programme, language, caller)
    return shown.with_approval(outcome.approval)


def _item(registration_id: UUID, outcome: TransitionOutcome | Refusal, language: Language) -> TransitionItem:
    if isinstance(outcome, Refusal):
        return TransitionItem.refused(registration_id, outcome, language)
    return TransitionItem(
        id=registration_id,
        status=202 if outcome.awaiting else 200,
        state=outcome.registration.state,
        version=outcome.registration.version,
        awaiting="second_officer" if outcome.awaiting else None,
        approval=outcome.approval,
    )
