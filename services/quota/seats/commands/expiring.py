"""Holds whose time is over, and recognitions that nobody heard of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from services.quota.seats import queries
from services.quota.seats.commands.caps import refresh
from services.quota.seats.commands.releasing import move
from services.quota.seats.models import SEAT
from services.quota.seats.rules import SeatState
from shared.contracts.quota import SeatOverdue
from shared.db_clock import database_ms
from shared.outbox import announce


def expire(session: Session, seat_ids: Sequence[UUID]) -> None:
    """End holds (过期) whose time is over by the database's clock; what was bound meanwhile stays.

    Locks: the caps of their programmes, in the order of their ids. Writes: seat, cap. Announces nothing.
    """
    programmes = {seat.programme for seat in queries.seats(session, seat_ids).values()}
    quotas = queries.capped(session, programmes)
    queries.lock_caps(session, quotas)
    move(session, seat_ids, SeatState.EXPIRED, queries.run_out())
    refresh(session, list(quotas.values()))


def inquire(session: Session, seat_ids: Sequence[UUID]) -> None:
    """Ask the registry what became of recognitions (查询认定结果); the places stay held until it answers.

    Writes: inquired_ms of seat. Announces: SeatOverdue for each that is overdue still.
    """
    overdue = update(SEAT).where(SEAT.c.id.in_(seat_ids), queries.overdue()).values(inquired_ms=database_ms())
    rows = session.execute(overdue.returning(SEAT.c.id, SEAT.c.registration_id, SEAT.c.subject_ref)).all()
    announce(
        session,
        *(SeatOverdue(seat_id=id_, registration_id=registration, subject_ref=ref) for id_, registration, ref in rows),
    )
