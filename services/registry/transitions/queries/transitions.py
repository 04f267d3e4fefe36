from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.programmes.queries import capped, programmes
from services.registry.registrations.clients import SeatRequest
from services.registry.registrations.models import Awaiting, Registration
from services.registry.registrations.queries import classes, scope
from services.registry.transitions.rules.transitions import (
    RECOGNISING,
    Dates,
    Move,
    counts_from,
    date_faults,
    misplaced,
    missing,
    move_of,
    takes_two,
)
from services.registry.transitions.schemas import Transition
from shared import clock
from shared.auth import Caller
from shared.db import stretches
from shared.problems import Fault


def places_wanted(session: Session, caller: Caller, ids: Sequence[UUID], wanted: Transition) -> list[SeatRequest]:
    """The places that an act needs (须核定名额), in the order asked, where it may recognise under a cap."""
    limited = capped(session) if wanted.action in RECOGNISING else set()
    if not limited:
        return []
    known, waiting = programmes(session), awaiting(session, ids)
    places = []
    held = {registration.id: registration for registration in _registrations(session, caller, ids, limited)}
    for registration in (held[each] for each in ids if each in held):
        programme = known[registration.programme]
        move = move_of(wanted.action, registration.state, programme.workflow, registration.revocation_status)
        if move is None or caller.role not in move.roles or faults_in(move, wanted, registration):
            continue
        override = wanted.override_reason is not None
        if takes_two(move, override=override) and not seconds(waiting.get(registration.id), wanted, caller):
            continue
        on = counts_from(
            wanted.action,
            programme.counting_date,
            registration.fact_date,
            wanted.decision_date,
            registration.counted_on,
        )
        places.append(
            SeatRequest(
                registration.id,
                registration.version,
                registration.subject_ref,
                registration.programme,
                on,
                registration.reporting_unit,
                classes(registration, programme),
                override,
            )
        )
    return places


def faults_in(move: Move, wanted: Transition, registration: Registration) -> list[Fault]:
    """What is wrong with an act as it is asked for: fields that are missing, dates that cannot be."""
    faults = missing(move.needs, wanted.model_dump())
    faults += misplaced(move.action, wanted.override_reason, wanted.exit_reason)
    dates = Dates(
        wanted.decision_date,
        wanted.effective_on,
        registration.counted_on,
        registration.ended_on,
        registration.notice_last_day,
        clock.business_date(registration.updated_at),
    )
    return faults + date_faults(move.action, clock.today(), dates)


def awaiting(session: Session, ids: Collection[UUID]) -> dict[UUID, Awaiting]:
    """The acts that wait for a second officer."""
    return {
        found.registration_id: found
        for some in stretches(ids)
        for found in session.exec(select(Awaiting).where(col(Awaiting.registration_id).in_(some)))
    }


def seconds(waiting: Awaiting | None, wanted: Transition, caller: Caller) -> bool:
    """Whether this officer asks for the same as another did before (双人复核)."""
    return waiting is not None and waiting.wanted == wanted.model_dump(mode="json") and waiting.by != caller.sub


def _registrations(
    session: Session, caller: Caller, ids: Collection[UUID], limited: Collection[str]
) -> Iterator[Registration]:
    for some in stretches(ids):
        mine = scope(caller), col(Registration.programme).in_(limited)
        yield from session.exec(select(Registration).where(col(Registration.id).in_(some), *mine))
