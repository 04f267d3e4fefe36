"""Places given back, and seats that are over."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import Session

from services.quota.seats import queries
from services.quota.seats.commands.caps import refresh
from services.quota.seats.errors import BeingRecognised, SeatTaken
from services.quota.seats.models import SEAT
from services.quota.seats.rules import SeatState
from services.quota.seats.schemas import SeatRead
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal


@operation(
    "release_seat",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda seat_id: seat_id,
    effect=lambda seat: Effect(seat.id),
)
def release(session: Session, calls: Sequence[Call[UUID]]) -> list[SeatRead | Refusal]:
    """Give held places back by the ids of their seats, or leave the waiting list (释放); a seat that is over stays.

    Locks: the caps of the seat's programme, in the order of their ids. Writes: seat, cap. Announces nothing.
    Refuses: NotFound; SeatTaken once its head counts; BeingRecognised while the registry may be recognising it.
    """
    return [_release(session, call.item) for call in calls]


def move(session: Session, seat_ids: Collection[UUID], to: SeatState, guard: ColumnElement[bool]) -> bool:
    """Move seats on for good where the guard still holds; whether any were. Writes: seat; the caller locks caps."""
    statement = update(SEAT).where(SEAT.c.id.in_(seat_ids), guard).values(state=to, settled_at=clock.now())
    return bool(session.execute(statement.returning(SEAT.c.id)).all())


def _release(session: Session, seat_id: UUID) -> SeatRead | Refusal:
    known = queries.seats(session, [seat_id]).get(seat_id)
    if known is None:
        return NotFound()
    quotas = queries.capped(session, {known.programme})
    queries.lock_caps(session, quotas)
    seat = queries.seats(session, [seat_id])[seat_id]  # as whoever had the lock before left it
    if seat.state == SeatState.TAKEN:
        return SeatTaken()
    if seat.is_bound:
        return BeingRecognised()
    if move(session, [seat_id], SeatState.RELEASED, SEAT.c.state.in_([SeatState.WAITING, SeatState.HELD])):
        refresh(session, list(quotas.values()))
    return SeatRead.of(queries.seats(session, [seat_id])[seat_id], queries.under(session, [seat_id])[seat_id], quotas)
