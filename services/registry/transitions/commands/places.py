"""Which places recognitions need (须核定名额): found out before the transaction in which they are recognised."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import capped
from services.registry.registrations.clients import SeatRequest
from services.registry.registrations.errors import PlacesUnknown
from services.registry.registrations.queries import classes
from services.registry.transitions.commands.changing import counting_day
from services.registry.transitions.commands.context import Evaluation, RequestedTransition, load_context
from services.registry.transitions.commands.deciding import decide
from services.registry.transitions.queries.transitions import registrations_in
from services.registry.transitions.rules.workflow import RECOGNISING
from services.registry.transitions.schemas.transitions import Transition
from shared.auth import Caller


def seats_needed(session: Session, caller: Caller, ids: Sequence[UUID], transition: Transition) -> list[SeatRequest]:
    """What to ask quota for before a transition of these registrations, in their order; nothing for most.

    A registration needs a place where its transition would be refused for want of one, and for nothing else. Only
    reads; whatever changes until the transition itself is carried out, it finds out by the registration's version.
    """
    limited = capped(session) if transition.action in RECOGNISING else set()
    found = registrations_in(session, caller, ids, limited) if limited else {}
    if not found:
        return []
    requested = [RequestedTransition(each, transition) for each in ids if each in found]
    context = load_context(session, requested, found.values())
    evaluations = [Evaluation(found[each.id], each, caller, context) for each in requested]
    return [_seat_request(one) for one in evaluations if isinstance(decide(one), PlacesUnknown)]


def _seat_request(one: Evaluation) -> SeatRequest:
    registration = one.registration
    return SeatRequest(
        registration.id,
        registration.version,
        registration.subject_ref,
        registration.programme,
        counting_day(one),
        registration.reporting_unit,
        classes(registration, one.programme),
        one.transition.override_reason is not None,
    )
