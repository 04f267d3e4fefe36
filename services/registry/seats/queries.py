from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.seats.models import LapsedSeat
from shared.db import ROWS_A_STATEMENT


def lapsed(session: Session, seats: Collection[UUID]) -> set[UUID]:
    """Which of these places no recognition may rest on any more."""
    wanted = sorted(seats)
    return {
        seat
        for start in range(0, len(wanted), ROWS_A_STATEMENT)
        for seat in session.exec(
            select(LapsedSeat.seat_id).where(col(LapsedSeat.seat_id).in_(wanted[start : start + ROWS_A_STATEMENT]))
        )
    }
