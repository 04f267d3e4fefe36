"""The sweeper: ends holds whose time is over, and asks the registry about recognitions that nobody heard of.

It admits nobody from the waiting list: that is an officer's act. What ran out while it was away is found later.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from services.quota.seats import queries
from services.quota.seats.commands.caps import refresh
from services.quota.seats.commands.releasing import move
from services.quota.seats.models import SEAT
from services.quota.seats.rules import State
from shared.contracts.quota import SeatOverdue
from shared.db import Database, database_ms
from shared.outbox import announce
from shared.service import Context

AT_ONCE = 500  # seats in one transaction


def sweep(database: Database) -> int:
    """Sweep once; how many seats were concerned. Nothing is written while there is nothing to do."""
    with database.reading() as session:
        over, unheard = (queries.chosen(session, each(), AT_ONCE) for each in (queries.run_out, queries.overdue))
    if not over and not unheard:
        return 0
    with database.writing() as session:
        _end(session, over)
        _inquire(session, unheard)
    return len(over) + len(unheard)


def sweeping(context: Context) -> Callable[[], int]:
    """The worker of a running service."""

    def step() -> int:
        done = sweep(context.database)
        if done:
            context.published.set()  # the registry may have been asked
        return done

    return step


def _end(session: Session, seat_ids: Sequence[UUID]) -> None:
    programmes = {seat.programme for seat in queries.seats(session, seat_ids).values()}
    quotas = queries.capped(session, programmes)
    queries.locked(session, quotas)
    move(session, seat_ids, State.EXPIRED, queries.run_out())
    refresh(session, list(quotas.values()))


def _inquire(session: Session, seat_ids: Sequence[UUID]) -> None:
    """Ask what became of recognitions; the places stay held until the registry answers."""
    asked = update(SEAT).where(SEAT.c.id.in_(seat_ids), queries.overdue()).values(inquired_ms=database_ms())
    rows = session.execute(asked.returning(SEAT.c.id, SEAT.c.registration_id, SEAT.c.subject_ref)).all()
    announce(
        session,
        *(SeatOverdue(seat_id=id_, registration_id=registration, subject_ref=ref) for id_, registration, ref in rows),
    )
