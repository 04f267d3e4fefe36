"""Seats (名额) of quota: which recognitions need one, found out before their transaction, and which serve nothing."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import limits
from services.registry.registrations.clients.seats import SeatRequest
from services.registry.registrations.commands.seats import nothing_comes_of, seat_request
from services.registry.registrations.errors import PlacesUnknown
from services.registry.transitions.commands.context import (
    Evaluation,
    GrantedTransition,
    RequestedTransition,
    load_context,
)
from services.registry.transitions.commands.deciding import decide
from services.registry.transitions.queries.transitions import registrations_in
from services.registry.transitions.rules.workflow import RECOGNISING
from services.registry.transitions.schemas.transitions import Transition
from shared.auth import Caller
from shared.contracts.registration import NEVER_RECOGNISED, STANDING, SeatLapsed
from shared.problems import Refusal


def seats_needed(session: Session, caller: Caller, ids: Sequence[UUID], transition: Transition) -> list[SeatRequest]:
    """What to ask quota for before a transition of these registrations (须核定名额), in their order; nothing for most.

    A registration needs a seat where its transition would be refused for want of one, and for nothing else. Only
    reads; whatever changes until the transition itself is carried out, it finds out by the registration's version.
    """
    limited = limits(session).programmes if transition.action in RECOGNISING else set()
    found = registrations_in(session, caller, ids, limited) if limited else {}
    if not found:
        return []
    requested = [RequestedTransition(each, transition) for each in ids if each in found]
    context = load_context(session, requested, list(found.values()), {caller.actor})
    evaluations = [Evaluation(found[each.id], each, caller, context) for each in requested]
    return [_seat_request(one) for one in evaluations if isinstance(decide(one), PlacesUnknown)]


def _seat_request(one: Evaluation) -> SeatRequest:
    override = one.transition.override_reason is not None
    return seat_request(one.registration, one.programme, one.counting_day, override=override)


def unused_seats(cases: Sequence[tuple[Evaluation, GrantedTransition | Refusal]]) -> list[SeatLapsed]:
    """The seats nothing will come of (作废): held for what was not carried out, or for who ended unrecognised.

    What served one transition of the batch is not given up for another one.
    """
    used = {one.requested.seat_id for one, result in cases if _is_carried_out(result)}
    return [
        nothing_comes_of(one.requested.seat_id, one.registration.id, one.registration.subject_ref)
        for one, result in cases
        if _is_unused(one, result, used)
    ]


def _is_carried_out(result: GrantedTransition | Refusal) -> bool:
    return isinstance(result, GrantedTransition) and not result.awaiting


def _is_unused(one: Evaluation, result: GrantedTransition | Refusal, used: Collection[UUID | None]) -> bool:
    seat = one.requested.seat_id
    if isinstance(result, GrantedTransition) and not result.awaiting:
        state = result.registration.state
        return state not in STANDING and (seat is not None or (one.limited and state in NEVER_RECOGNISED))
    return seat is not None and seat not in used and one.registration.state not in STANDING
