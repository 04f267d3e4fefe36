from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.models import LapsedSeat
from shared import clock
from shared.contracts.quota import SeatOverdue
from shared.contracts.registration import STANDING, SeatLapsed
from shared.db import insert_ignoring, table_of
from shared.events import Event
from shared.outbox import announce


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
