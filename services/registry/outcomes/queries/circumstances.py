from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.registry.outcomes.models import Circumstance
from services.registry.outcomes.queries.stated import people_stated
from services.registry.outcomes.rules.circumstances import Recorded, Tenure, tenures
from services.registry.outcomes.schemas.circumstances import FactRead
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import Person
from shared.contracts.attributes import FollowedAttribute
from shared.contracts.registration import STANDING
from shared.db import stretches


def circumstances(
    session: Session, registration_id: UUID, as_of: date | None = None, known_at: datetime | None = None
) -> Sequence[Circumstance]:
    """What is recorded of a registration, in the order it became known; with an instant, what stood then."""
    wanted = select(Circumstance).where(Circumstance.registration_id == registration_id)
    if as_of is not None:
        wanted = wanted.where(col(Circumstance.effective_on) <= as_of)
    if known_at is not None:
        stood = or_(col(Circumstance.withdrawn_at).is_(None), col(Circumstance.withdrawn_at) > known_at)
        wanted = wanted.where(col(Circumstance.recorded_at) <= known_at, stood)
    return session.exec(wanted.order_by(col(Circumstance.recorded_at), col(Circumstance.id))).all()


def standing(session: Session, registrations: Collection[UUID]) -> list[Circumstance]:
    """What stands of registrations, neither withdrawn nor corrected."""
    found: list[Circumstance] = []
    for some in stretches(registrations):
        wanted = col(Circumstance.registration_id).in_(some), col(Circumstance.withdrawn_at).is_(None)
        found += session.exec(select(Circumstance).where(*wanted))
    return found


def subjects_of(session: Session, records: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whom people's records stand for, by record."""
    found: dict[UUID, UUID] = {}
    for some in stretches(records):
        rows = session.exec(select(Person.id, Person.same_as).where(col(Person.id).in_(some)))
        found |= {record: same_as or record for record, same_as in rows}
    return found


def as_recorded(row: Circumstance, subjects: dict[UUID, UUID]) -> Recorded:
    """A row as the rules read it."""
    attribute = cast(FollowedAttribute, row.attribute)
    who = subjects[row.record_ref] if row.record_ref else None
    return Recorded(attribute, row.effective_on, row.day, who, row.details)


def facts_read(session: Session, rows: Iterable[Circumstance]) -> dict[UUID, FactRead]:
    """Rows as they may be shown, by id; holders are masked."""
    rows = list(rows)
    people = people_stated(session, rows)
    subjects = subjects_of(session, {row.record_ref for row in rows if row.record_ref})
    return {row.id: FactRead.of(row, people, subjects) for row in rows}


def posts_held(session: Session, people: Collection[UUID]) -> dict[UUID, list[Tenure]]:
    """Who of these people held which posts, by registration: of posts whose recognition stands."""
    held: set[UUID] = set()
    for some in stretches(people):
        own = or_(col(Person.id).in_(some), col(Person.same_as).in_(some))
        wanted = select(Circumstance.registration_id).join(Person, col(Person.id) == Circumstance.record_ref).where(own)
        held |= set(session.exec(wanted.where(col(Circumstance.withdrawn_at).is_(None))))
    rows = standing(session, held)
    subjects = subjects_of(session, [row.record_ref for row in rows if row.record_ref])
    ends = dict(_ends(session, held))
    return {
        each: [
            tenure
            for tenure in tenures(
                (as_recorded(row, subjects) for row in rows if row.registration_id == each), ends[each]
            )
            if tenure.who in people
        ]
        for each in ends
    }


def _ends(session: Session, registrations: Collection[UUID]) -> Iterable[tuple[UUID, date | None]]:
    for some in stretches(registrations):
        wanted = select(Registration.id, col(Registration.ended_on)).where(col(Registration.id).in_(some))
        yield from session.exec(wanted.where(col(Registration.state).in_(STANDING)))
