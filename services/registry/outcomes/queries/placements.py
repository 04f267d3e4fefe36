from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import Session, col, or_, select

from services.registry.outcomes.models import Placement, PlacementEntry
from services.registry.outcomes.rules.placements import Counted, PlacementDays
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import scope
from services.registry.subjects.models.people import Person
from shared.auth import Caller, Role
from shared.contracts.registration import STANDING
from shared.db import stretches


@dataclass(frozen=True)
class PlacementFilter:
    """What a reader asks for."""

    base: UUID | None = None
    unit: str | None = None
    state: str | None = None
    started_from: date | None = None
    started_to: date | None = None

    def conditions(self) -> list[Any]:
        """The same as conditions on placements and their bases."""
        pairs = (
            (col(Placement.base_id), self.base),
            (col(Registration.reporting_unit), self.unit),
            (col(Placement.state), self.state),
        )
        found: list[Any] = [column == value for column, value in pairs if value is not None]
        if self.started_from:
            found.append(col(Placement.started_on) >= self.started_from)
        if self.started_to:
            found.append(col(Placement.started_on) <= self.started_to)
        return found


def placements(
    session: Session, caller: Caller, wanted: PlacementFilter, limit: int, after: UUID | None
) -> Sequence[tuple[Placement, str]]:
    """The placements a caller may see, with their bases' units, newest first: `limit + 1`, after the id given."""
    conditions = [scope(caller), *wanted.conditions()]
    if after:
        conditions.append(col(Placement.id) < after)
    rows = _with_bases().where(*conditions).order_by(col(Placement.id).desc()).limit(limit + 1)
    return [(placement, unit) for placement, unit in session.exec(rows)]


def placement(session: Session, caller: Caller, placement_id: UUID) -> tuple[Placement, str] | None:
    """One placement; None where there is none or the caller may not see its base."""
    found: tuple[Placement, str] | None = session.exec(
        _with_bases().where(Placement.id == placement_id, scope(caller))
    ).first()
    return found


def held_placements(session: Session, ids: Collection[UUID]) -> dict[UUID, Placement]:
    """Placements by id, locked until the transaction ends, in one order for everybody."""
    found: dict[UUID, Placement] = {}
    for some in stretches(ids):
        rows = select(Placement).where(col(Placement.id).in_(some)).order_by(col(Placement.id))
        locked = rows.with_for_update().execution_options(populate_existing=True)
        found |= {each.id: each for each in session.exec(locked)}
    return found


def placed(session: Session, people: Collection[UUID]) -> dict[UUID, list[Placement]]:
    """Every placement of these people, by person, under whichever of their records it was entered."""
    found: dict[UUID, list[Placement]] = {}
    for some in stretches(people):
        own = or_(col(Person.id).in_(some), col(Person.same_as).in_(some))
        rows = select(Placement, func.coalesce(Person.same_as, Person.id)).join(
            Person, col(Person.id) == Placement.record_ref
        )
        for each, person in session.exec(rows.where(own)):
            found.setdefault(person, []).append(each)
    return found


def days_of(placement: Placement) -> PlacementDays:
    """What is stated of a placement."""
    return PlacementDays(**{name: getattr(placement, name) for name in PlacementDays._fields})


def entries(session: Session, placement_id: UUID) -> Sequence[PlacementEntry]:
    """Every act on a placement, in order."""
    own = select(PlacementEntry).where(PlacementEntry.placement_id == placement_id)
    return session.exec(own.order_by(col(PlacementEntry.version))).all()


def counted(session: Session, caller: Caller, wanted: PlacementFilter, start: date, end: date) -> list[Counted]:
    """The placements that a period sees, at bases whose recognition stands; a leader sees the figures of all."""
    own: ColumnElement[bool] = true() if caller.role == Role.LEADER else scope(caller)
    ended = func.coalesce(Placement.finished_on, Placement.left_on)
    rows = (
        select(
            func.coalesce(Person.same_as, Person.id), Placement.base_id, Registration.reporting_unit,
            Placement.started_on, Placement.finished_on, Placement.hired_on, Placement.left_on,
        )  # type: ignore[call-overload]
        .join(Person, col(Person.id) == Placement.record_ref)
        .join(Registration, col(Registration.id) == Placement.base_id)
        .where(own, col(Registration.state).in_(STANDING), *wanted.conditions())
        .where(col(Placement.started_on) <= end, or_(ended.is_(None), ended >= start))
    )  # fmt: skip
    return [Counted(*row) for row in session.execute(rows)]


def _with_bases() -> Any:
    return select(Placement, Registration.reporting_unit).join(Registration, col(Registration.id) == Placement.base_id)
