"""Places given back, and seats moved on and shown."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import Session

from services.quota.quotas.models import Quota
from services.quota.seats import queries
from services.quota.seats.commands.caps import refresh
from services.quota.seats.errors import BeingRecognised, SeatTaken
from services.quota.seats.models import SEAT, Seat, SeatUnder
from services.quota.seats.rules import State
from services.quota.seats.schemas import PlaceRead, SeatRead
from shared import clock
from shared.auth import Caller
from shared.problems import NotFound, Refusal


def release(session: Session, wanted: Sequence[UUID], caller: Caller) -> list[SeatRead | Refusal]:
    """Give held places back, or leave the waiting list (释放); a seat that is over stays as it is."""
    return [_release(session, each) for each in wanted]


def move(session: Session, seat_ids: Collection[UUID], to: State, guard: ColumnElement[bool]) -> bool:
    """Move seats on for good, those of them for which the guard still holds; whether there were any."""
    statement = update(SEAT).where(SEAT.c.id.in_(seat_ids), guard).values(state=to, settled_at=clock.now())
    return bool(session.execute(statement.returning(SEAT.c.id)).all())


def shown(seat: Seat, under: Sequence[SeatUnder], quotas: Mapping[UUID, Quota]) -> SeatRead:
    """A seat as it is read, under its caps."""
    return SeatRead.of(seat, [_place(row, quotas[row.quota_id]) for row in under if row.quota_id in quotas])


def _release(session: Session, seat_id: UUID) -> SeatRead | Refusal:
    known = queries.seats(session, [seat_id]).get(seat_id)
    if known is None:
        return NotFound()
    quotas = queries.capped(session, {known.programme})
    queries.locked(session, quotas)
    seat = queries.seats(session, [seat_id])[seat_id]  # as whoever had the lock before left it
    if seat.state == State.TAKEN:
        return SeatTaken()
    if seat.is_bound:
        return BeingRecognised()
    if move(session, [seat_id], State.RELEASED, SEAT.c.state.in_([State.WAITING, State.HELD])):
        refresh(session, list(quotas.values()))
    return shown(queries.seats(session, [seat_id])[seat_id], queries.under(session, [seat_id])[seat_id], quotas)


def _place(row: SeatUnder, quota: Quota) -> PlaceRead:
    return PlaceRead(
        quota_id=quota.id,
        code=quota.code,
        period_label=quota.label,
        amount=quota.amount,
        places=quota.terms().places or 0,
        number=row.number,
        beyond_amount=row.number is not None and row.number > quota.amount,
    )
