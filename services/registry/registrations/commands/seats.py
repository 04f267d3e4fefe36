"""Seats (名额) of quota: who recognises itself, and who needs a seat for it first; which seats serve nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.programmes.queries import programmes
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.registrations import queries
from services.registry.registrations.clients.seats import SeatRequest
from services.registry.registrations.models import LapsedSeat, Registration, WantedSeat
from services.registry.registrations.queries import classes
from services.registry.registrations.rules import (
    ABOUT_PLACE,
    PLACE_NEEDED,
    may_recognise_itself,
    stored_notes,
    without_place_notes,
)
from shared import clock
from shared.contracts.policy import Programme
from shared.contracts.quota import SeatOverdue
from shared.contracts.registration import STANDING, RegistrationState, SeatLapsed
from shared.db import insert_ignoring, stretches, table_of
from shared.events import Event
from shared.outbox import announce


def recognise_itself(registration: Registration, programme: Programme, limits: KnownLimits) -> None:
    """Recognise a submission that nobody has to look at (直接认定); whom a limit covers waits for its seat first.

    Nothing is written here; `want_seats` keeps who waits.
    """
    if len(warnings := without_place_notes(registration.warnings)) < len(registration.warnings):
        registration.warnings = warnings
    if programme.workflow != "direct" or not may_recognise_itself(registration.warnings):
        return
    counts_on, counted_as = registration.fact_date, classes(registration, programme)
    if limits.cover(registration.programme, registration.reporting_unit, counted_as, counts_on):
        registration.warnings = registration.warnings + stored_notes(ABOUT_PLACE, [PLACE_NEEDED])
    else:
        registration.state, registration.counted_on = RegistrationState.RECOGNISED, counts_on


def want_seats(
    session: Session, registrations: Iterable[Registration], causes: Mapping[UUID, UUID | None] | None = None
) -> None:
    """Keep which of these wait for a seat, so that quota is asked for it whatever happens. Writes: `wanted_seat`.

    `causes` are the imports that bring them, by registration.
    """
    at, brought_by = clock.now(), causes or {}
    rows = [
        {"registration_id": each.id, "requested_at": at, "cause": brought_by.get(each.id)}
        for each in registrations
        if _waits(each)
    ]
    insert_ignoring(session, table_of(WantedSeat), rows, ["registration_id"])


def _waits(registration: Registration) -> bool:
    noted = any(each["code"] == PLACE_NEEDED.code for each in registration.warnings)
    return registration.state == RegistrationState.SUBMITTED and noted


def wanted_seats(session: Session, ids: Collection[UUID]) -> list[SeatRequest]:
    """What to ask quota for, of those of these registrations that wait for a seat. Only reads."""
    known = programmes(session)
    wanted = select(Registration).join(WantedSeat).where(Registration.state == RegistrationState.SUBMITTED)
    return [
        seat_request(each, known[each.programme], each.fact_date)
        for some in stretches(ids)
        for each in session.exec(wanted.where(col(Registration.id).in_(some)))
    ]


def overlooked(session: Session, before: datetime, limit: int) -> Sequence[UUID]:
    """The registrations of which quota has not answered since before an instant, the first one first. Only reads."""
    wanted = select(WantedSeat.registration_id).where(col(WantedSeat.requested_at) < before)
    return session.exec(
        wanted.order_by(col(WantedSeat.requested_at), col(WantedSeat.registration_id)).limit(limit)
    ).all()


def seat_request(registration: Registration, programme: Programme, on: date, *, override: bool = False) -> SeatRequest:
    """The seat that a registration needs to count from a day on."""
    return SeatRequest(
        registration.id,
        registration.version,
        registration.subject_ref,
        registration.programme,
        on,
        registration.reporting_unit,
        classes(registration, programme),
        override,
    )


def answer(session: Session, events: Sequence[Event]) -> None:
    """Answer quota which places nothing will come of (作废); of the others it hears by their own events.

    The registrations are held meanwhile: an act under way is over before this looks, and none begins until it is kept.
    """
    overdue = [event for event in events if isinstance(event, SeatOverdue)]
    held = queries.locked(session, None, [event.registration_id for event in overdue])
    unused: list[SeatLapsed] = []
    for event in overdue:
        registration = held.get(event.registration_id)
        if registration is None:
            unused.append(nothing_comes_of(event.seat_id, event.registration_id, event.subject_ref))
        elif registration.state not in STANDING:
            unused.append(nothing_comes_of(event.seat_id, registration.id, registration.subject_ref))
    lapse(session, unused)


def nothing_comes_of(seat_id: UUID | None, registration_id: UUID, subject_ref: UUID) -> SeatLapsed:
    """What is announced of a place; without a seat, of all that the registration waits for or holds."""
    return SeatLapsed(registration_id=registration_id, subject_ref=subject_ref, seat_id=seat_id)


def lapse(session: Session, unused: Sequence[SeatLapsed]) -> None:
    """Keep that no recognition may rest on these places, and announce so to quota."""
    at = clock.now()
    rows = [
        {"seat_id": each.seat_id, "registration_id": each.registration_id, "at": at} for each in unused if each.seat_id
    ]
    insert_ignoring(session, table_of(LapsedSeat), rows, ["seat_id"])
    announce(session, *unused)
