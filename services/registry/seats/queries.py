from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.seats.models import LapsedSeat
from shared.db import stretches


def lapsed(session: Session, seats: Collection[UUID]) -> set[UUID]:
    """Which of these places no recognition may rest on any more."""
    return {
        seat
        for some in stretches(seats)
        for seat in session.exec(select(LapsedSeat.seat_id).where(col(LapsedSeat.seat_id).in_(some)))
    }
