"""Named reads of seats."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlmodel import Session, col

from services.quota.counting.models import HEADCOUNT, MEMBERSHIP
from services.quota.counting.queries.headcounts import behind
from services.quota.counting.rules.heads import Counts
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.seats.models import CAP, SEAT, UNDER, Cap, Seat, SeatUnder
from services.quota.seats.rules import HEARD_WITHIN, OPEN, SeatState
from shared.among import among
from shared.db import stretches
from shared.db_clock import database_ms

Place = tuple[UUID, UUID]  # quota, subject


def capped(session: Session, programmes: Collection[str]) -> dict[UUID, Quota]:
    """The quotas with a limited number of places for registrations in these programmes, by their ids."""
    every = quotas_.that_count(session, programmes)
    return {quota.id: quota for quota in every if quota.terms().places is not None}


def lock_caps(session: Session, quotas: Iterable[UUID]) -> dict[UUID, Cap]:
    """Lock the caps of some quotas by their ids until the transaction ends; as they are then, by quota."""
    statement = select(Cap).where(col(Cap.quota_id).in_(list(quotas))).order_by(col(Cap.quota_id)).with_for_update()
    fresh = session.execute(statement.execution_options(populate_existing=True)).scalars()
    return {cap.quota_id: cap for cap in fresh}


def open_seats(session: Session, registrations: Collection[UUID]) -> dict[UUID, Seat]:
    """The seats that registrations wait for, hold or have, by registration, as they are in the database now."""
    return {
        seat.registration_id: seat
        for seat in _fresh(session, among(session, SEAT.c.registration_id, registrations), SEAT.c.state.in_(OPEN))
    }


def seats(session: Session, ids: Collection[UUID]) -> dict[UUID, Seat]:
    """Seats by their ids, as they are in the database now."""
    return {seat.id: seat for some in stretches(ids) for seat in _fresh(session, SEAT.c.id.in_(some))}


def under(session: Session, seat_ids: Collection[UUID]) -> dict[UUID, list[SeatUnder]]:
    """The caps that seats are under, by seat."""
    found: dict[UUID, list[SeatUnder]] = defaultdict(list)
    for some in stretches(seat_ids):
        for row in session.execute(select(SeatUnder).where(UNDER.c.seat_id.in_(some))).scalars():
            found[row.seat_id].append(row)
    return found


def counting(session: Session, quotas: Iterable[Quota], subjects: Collection[UUID]) -> set[Place]:
    """Which of these subjects stand behind the figures of these quotas, as (quota, subject)."""
    found: set[Place] = set()
    for measure, ids in _by_measure(quotas).items():
        for some in stretches(subjects):
            standing = MEMBERSHIP.c.quota_id.in_(ids) & MEMBERSHIP.c.subject_ref.in_(some) & behind(measure)
            rows = session.execute(select(MEMBERSHIP.c.quota_id, MEMBERSHIP.c.subject_ref).where(standing))
            found |= {(quota, subject) for quota, subject in rows}
    return found


def holding(session: Session, quotas: Collection[UUID], subjects: Collection[UUID]) -> set[Place]:
    """Which of these subjects have a place held for them in these quotas, as (quota, subject)."""
    held = select(UNDER.c.quota_id, SEAT.c.subject_ref).join(SEAT, SEAT.c.id == UNDER.c.seat_id)
    return {
        (quota, subject)
        for some in stretches(subjects)
        for quota, subject in session.execute(
            held.where(SEAT.c.state == SeatState.HELD, UNDER.c.quota_id.in_(list(quotas)), SEAT.c.subject_ref.in_(some))
        )
    }


def held(session: Session, quotas: Iterable[Quota]) -> dict[UUID, int]:
    """How many subjects have a place held for them in each of these quotas and are not in its figure already."""
    found: dict[UUID, int] = {}
    for measure, ids in _by_measure(quotas).items():
        standing = and_(
            MEMBERSHIP.c.quota_id == UNDER.c.quota_id, MEMBERSHIP.c.subject_ref == SEAT.c.subject_ref, behind(measure)
        )
        statement = (
            select(UNDER.c.quota_id, func.count(SEAT.c.subject_ref.distinct()))
            .join(SEAT, SEAT.c.id == UNDER.c.seat_id)
            .where(SEAT.c.state == SeatState.HELD, UNDER.c.quota_id.in_(ids), ~exists().where(standing))
            .group_by(UNDER.c.quota_id)
        )
        found |= {quota: int(count) for quota, count in session.execute(statement)}
    return found


def figures(session: Session, quotas: Collection[Quota]) -> dict[UUID, int]:
    """The figures of some quotas in heads, by quota."""
    columns = [HEADCOUNT.c[name] for name in ("quota_id", *Counts._fields)]
    wanted = HEADCOUNT.c.quota_id.in_([quota.id for quota in quotas]) & (HEADCOUNT.c.unit == "")
    counts = {quota: Counts(*rest) for quota, *rest in session.execute(select(*columns).where(wanted))}
    return {quota.id: counts[quota.id].measured(quota.measure) for quota in quotas}


def waiting(session: Session, quotas: Collection[UUID]) -> dict[UUID, int]:
    """How many wait for a place under some caps (候补), by quota; none for a list that is empty."""
    statement = (
        select(UNDER.c.quota_id, func.count())
        .join(SEAT, SEAT.c.id == UNDER.c.seat_id)
        .where(SEAT.c.state == SeatState.WAITING, UNDER.c.quota_id.in_(list(quotas)))
        .group_by(UNDER.c.quota_id)
    )
    return {quota: int(count) for quota, count in session.execute(statement)}


def position(session: Session, seat: Seat, quota: UUID) -> int:
    """Which place a seat has on a waiting list, 1 the first: by the time of asking, then by its id."""
    before = tuple_(SEAT.c.requested_at, SEAT.c.id) <= tuple_(seat.requested_at, seat.id)
    return int(
        session.execute(
            select(func.count())
            .select_from(SEAT)
            .join(UNDER, UNDER.c.seat_id == SEAT.c.id)
            .where(SEAT.c.state == SeatState.WAITING, UNDER.c.quota_id == quota, before)
        ).scalar_one()
    )


def page(session: Session, quota: UUID, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Seat]:
    """At most `limit` open seats under a cap in the order of asking, after an instant and an id."""
    statement = (
        select(Seat)
        .join(SeatUnder, col(SeatUnder.seat_id) == col(Seat.id))
        .where(UNDER.c.quota_id == quota, SEAT.c.state.in_(OPEN))
        .order_by(SEAT.c.requested_at, SEAT.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(SEAT.c.requested_at, SEAT.c.id) > tuple_(*after))
    return session.execute(statement).scalars().all()


def caps(session: Session, quotas: Collection[UUID]) -> dict[UUID, Cap]:
    """How the places of some quotas are used, by quota; those that limit nobody are left out."""
    statement = select(Cap).where(CAP.c.quota_id.in_(list(quotas))).execution_options(populate_existing=True)
    return {cap.quota_id: cap for cap in session.execute(statement).scalars()}


def run_out() -> ColumnElement[bool]:
    """Held seats whose time is over by the database's clock, and that no recognition is bound to."""
    return and_(SEAT.c.state == SeatState.HELD, SEAT.c.bound_ms.is_(None), SEAT.c.expires_ms <= database_ms())


def overdue() -> ColumnElement[bool]:
    """Bound seats of which nothing was heard, and of which the registry was not asked lately."""
    since = database_ms() - HEARD_WITHIN
    unanswered = or_(SEAT.c.inquired_ms.is_(None), SEAT.c.inquired_ms <= since)
    return and_(SEAT.c.state == SeatState.HELD, SEAT.c.bound_ms <= since, unanswered)


def chosen(session: Session, condition: ColumnElement[bool], limit: int) -> Sequence[UUID]:
    """The ids of at most `limit` seats of which this is true, in their order."""
    return session.execute(select(SEAT.c.id).where(condition).order_by(SEAT.c.id).limit(limit)).scalars().all()


def seats_in(state: SeatState) -> Callable[[Session], int]:
    """Asks how many seats are held now, or waited for."""
    counted = select(func.count()).select_from(SEAT).where(SEAT.c.state == state)
    return lambda session: int(session.execute(counted).scalar_one())


def _by_measure(quotas: Iterable[Quota]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = defaultdict(list)
    for quota in quotas:
        found[quota.measure].append(quota.id)
    return found


def _fresh(session: Session, *conditions: Any) -> Sequence[Seat]:
    statement = select(Seat).where(*conditions).execution_options(populate_existing=True)
    return session.execute(statement).scalars().all()
