from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import programmes
from services.registry.registrations import queries
from services.registry.registrations.commands.seats import lapse, nothing_comes_of
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from services.registry.registrations.rules import Place
from services.registry.registrations.schemas import SubjectRead
from services.registry.transitions.commands.acts import Act, Acting
from services.registry.transitions.commands.context import around
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import (
    NEVER_RECOGNISED,
    STANDING,
    RegistrationEvent,
    SeatLapsed,
)
from shared.outbox import announce
from shared.problems import NotFound, Refusal


class Acted(NamedTuple):
    """The registration after the act, its subject masked, and whether a second officer is still needed."""

    registration: Registration
    subject: SubjectRead
    programme: Programme
    awaiting: bool


def transition(session: Session, wanted: Sequence[Acting], caller: Caller) -> list[Acted | Refusal]:
    """Move registrations through their workflow (办理); each on its own, with its history and its event."""
    held = queries.locked(session, caller, [each.id for each in wanted])
    known = programmes(session)
    seats = [seat for each in wanted if (seat := seat_of(each.place))]
    beside = around(session, [each.transition for each in wanted], seats, held)
    facts: list[RegistrationEvent] = []
    outcomes: list[tuple[Registration, bool] | Refusal] = []
    for each in wanted:
        registration = held.get(each.id)
        if registration is None:
            outcomes.append(NotFound())
            continue
        programme = known[registration.programme]
        act = Act(session, registration, programme, each, caller, beside)
        outcome = act.done()
        outcomes.append(outcome if isinstance(outcome, Refusal) else (registration, outcome == "awaiting"))
        if outcome == "done" and (kind := act.kind):
            facts.append(fact(kind, registration, programme))
    session.flush()
    announce(session, *facts)
    lapse(session, _unused(wanted, outcomes, held, beside.limited))
    subjects = queries.subjects(session, list(held.values()))
    return [
        each
        if isinstance(each, Refusal)
        else Acted(each[0], subjects[each[0].record_ref], known[each[0].programme], each[1])
        for each in outcomes
    ]


def seat_of(place: Place | Refusal | None) -> UUID | None:
    """The seat that quota holds, if any."""
    return place.seat_id if isinstance(place, Place) else None


def _unused(
    wanted: Sequence[Acting],
    outcomes: Sequence[tuple[Registration, bool] | Refusal],
    held: Mapping[UUID, Registration],
    limited: Collection[str],
) -> list[SeatLapsed]:
    """The places nothing will come of: held for an act that was not done, or wanted by who is not recognised at all."""
    unused = []
    for each, outcome in zip(wanted, outcomes, strict=True):
        registration, seat = held.get(each.id), seat_of(each.place)
        if registration is None or registration.state in STANDING:
            continue
        done = not isinstance(outcome, Refusal) and not outcome[1]
        if seat or (done and registration.programme in limited and registration.state in NEVER_RECOGNISED):
            unused.append(nothing_comes_of(seat, registration.id, registration.subject_ref))
    return unused
