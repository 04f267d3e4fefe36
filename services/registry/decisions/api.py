from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.decisions import commands
from services.registry.decisions.schemas import Transition, TransitionItem, TransitionItems, TransitionRead, Transitions
from services.registry.registrations.api import ACTS
from shared.problems import Language, Refusal
from shared.web import AskedDep

router = APIRouter(tags=["decisions"])


@router.post(
    "/v1/registrations/{registration_id}/transitions",
    response_model=TransitionRead,
    responses={202: {"model": TransitionRead, "description": "A second officer is needed; nothing changed"}},
    dependencies=[ACTS],
)
async def transition(registration_id: UUID, wanted: Transition, asked: AskedDep) -> Response:
    """Move a registration: endorse, pass, publish, recognise, return, revoke … (办理)."""
    return await asked.write(
        commands.transition,
        commands.Acting(registration_id, wanted),
        lambda acted: _read(acted, asked.language),
        status=lambda acted: 202 if acted.awaiting else 200,
    )


@router.post("/v1/registrations/transitions", response_model=TransitionItems, dependencies=[ACTS])
async def transitions(wanted: Transitions, asked: AskedDep) -> Response:
    """Move many registrations by the same act; each has its own outcome (批量办理)."""
    transition = Transition(**wanted.model_dump(exclude={"ids"}))
    ids = list(dict.fromkeys(wanted.ids))
    return await asked.write_many(
        commands.transition,
        [commands.Acting(each, transition) for each in ids],
        lambda outcomes: TransitionItems(
            items=[_item(each, outcome, asked.language) for each, outcome in zip(ids, outcomes, strict=True)]
        ),
    )


def _read(acted: commands.Acted, language: Language) -> TransitionRead:
    awaiting = "second_officer" if acted.awaiting else None
    shown = TransitionRead.of(acted.registration, acted.subject, acted.programme, language)
    return shown.model_copy(update={"awaiting": awaiting})


def _item(registration_id: UUID, outcome: commands.Acted | Refusal, language: Language) -> TransitionItem:
    if isinstance(outcome, Refusal):
        return TransitionItem.refused(registration_id, outcome, language)
    return TransitionItem(
        id=registration_id,
        status=202 if outcome.awaiting else 200,
        state=outcome.registration.state,
        version=outcome.registration.version,
        awaiting="second_officer" if outcome.awaiting else None,
    )
