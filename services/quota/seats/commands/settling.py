"""What becomes of seats when registrations are counted, and when the registry says that nothing will come of one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from services.quota.counting.models import SEEN
from services.quota.counting.rules.books import Rise
from services.quota.seats import queries
from services.quota.seats.commands.caps import NO_RISE, refresh
from services.quota.seats.commands.releasing import move
from services.quota.seats.models import SEAT, Seat
from services.quota.seats.rules import SeatState, becomes
from shared.contracts.registration import RegistrationEvent, SeatLapsed
from shared.db import stretches
from shared.events import Event


def settle(session: Session, events: Sequence[Event], rises: Mapping[UUID, Sequence[Rise]]) -> None:
    """Bring seats in step with the heads just counted (占用, 释放), as `follow` does; what news filled is news."""
    heard = [event for event in events if isinstance(event, RegistrationEvent)]
    registrations, programmes = {event.registration_id for event in heard}, {event.programme for event in heard}
    follow(session, registrations, programmes, rises)


def follow(
    session: Session,
    registrations: Collection[UUID],
    programmes: Collection[str],
    rises: Mapping[UUID, Sequence[Rise]] = NO_RISE,
) -> None:
    """Bring the seats of registrations in these programmes in step with heads.

    Locks: the caps of the programmes, in the order of their ids. Writes: seat, cap. Announces what `refresh` does.
    """
    quotas = queries.capped(session, programmes)
    if not quotas:
        return
    queries.lock_caps(session, quotas)
    seats = queries.open_seats(session, registrations)
    under = queries.under(session, [seat.id for seat in seats.values()])
    seen = _seen(session, seats)
    counting = queries.counting(session, quotas.values(), {subject for subject, _ in seen.values()})
    moves: dict[tuple[str, SeatState], list[UUID]] = defaultdict(list)
    for registration, seat in seats.items():
        subject, registration_state = seen[registration]
        counts = any((row.quota_id, subject) in counting for row in under[seat.id])
        to = becomes(SeatState(seat.state), registration_state, counts=counts)
        if to != seat.state:
            moves[seat.state, to].append(seat.id)
    for (before, to), ids in moves.items():
        move(session, ids, to, SEAT.c.state == before)
    refresh(session, list(quotas.values()), rises)


def lapse(session: Session, events: Sequence[Event]) -> None:
    """End seats of which nothing will come (作废): the registry has said so, behind all it told of them before.

    Locks: the caps of each seat's programme. Writes: seat (expired, or released from the waiting list), cap. Announces
    nothing. A seat that is unknown or over is passed over.
    """
    for event in events:
        if isinstance(event, SeatLapsed):
            _lapse(session, event)


def _lapse(session: Session, event: SeatLapsed) -> None:
    seat = _meant(session, event)
    if seat is None:
        return
    quotas = queries.capped(session, {seat.programme})
    queries.lock_caps(session, quotas)
    move(session, [seat.id], SeatState.EXPIRED, SEAT.c.state == SeatState.HELD)
    move(session, [seat.id], SeatState.RELEASED, SEAT.c.state == SeatState.WAITING)
    refresh(session, list(quotas.values()))


def _meant(session: Session, event: SeatLapsed) -> Seat | None:
    if event.seat_id is not None:
        return queries.seats(session, [event.seat_id]).get(event.seat_id)
    return queries.open_seats(session, [event.registration_id]).get(event.registration_id)


def _seen(session: Session, registrations: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """The subject and the state of registrations, as they were told of last."""
    columns = SEEN.c.registration_id, SEEN.c.subject_ref, SEEN.c.state
    return {
        registration: (subject, state)
        for some in stretches(registrations)
        for registration, subject, state in session.execute(select(*columns).where(columns[0].in_(some)))
    }
