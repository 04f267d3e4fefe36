"""Correcting what is recorded of a person because they ask for it (更正): in their records and registrations."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.registry.corrections import queries
from services.registry.corrections.commands.restricting import SubjectAct, enter, person_entry
from services.registry.corrections.rules import FROM_NUMBER
from services.registry.corrections.schemas.requests import CorrectedPerson
from services.registry.outcomes.models import Circumstance, Placement, keep_name
from services.registry.registrations.commands.stated import sealed_words, statement
from services.registry.subjects.models.people import ClearPerson, Person, sealed_person, unseal
from services.registry.subjects.queries.people import documents
from services.registry.subjects.rules.names import name_faults, stored_name
from shared.problems import InvalidBody


def restate_person(
    session: Session, people: Sequence[Person], right: CorrectedPerson, act: SubjectAct
) -> InvalidBody | None:
    """Say what is right in every record and every registration of a person; what was published stays as it was.

    Writes: `person` (looked for anew), `person_step`, `registration` and its history, `placement`, `circumstance`.
    Refuses a name that is none, and birth date or gender where a resident number tells them.
    """
    faults = [each.at("/corrected") for each in name_faults(right.name)] if right.name is not None else []
    standing = [each for each in documents(session, [person.id for person in people]) if not each.replaced_at]
    numbered = any(each.type == "resident_id" for each in standing)
    if numbered and (right.birth_date or right.gender):
        faults.append(FROM_NUMBER)
    if faults:
        return InvalidBody(*faults)
    for person in people:
        held = unseal(person)
        if (wanted := _right(held, right)) != held:
            person.sealed, person.compared_at = sealed_person(person.id, wanted), None
            session.add(person_entry(person, act))
    for registration in queries.held_registrations(session, [person.id for person in people]):
        stated = statement(registration)
        if stated and (restated := _right(stated, right)) != stated:
            registration.stated = sealed_words(registration.id, restated)
            enter(session, registration, act)
    if right.name is not None:
        _restate_outcomes(session, people, right.name)
    return None


def _restate_outcomes(session: Session, people: Sequence[Person], name: str) -> None:
    """Under which name they were placed, or hold posts."""
    records = [person.id for person in people]
    placements = select(Placement).where(col(Placement.record_ref).in_(records)).order_by(col(Placement.id))
    holders = select(Circumstance).where(col(Circumstance.record_ref).in_(records)).order_by(col(Circumstance.id))
    for row in (*session.exec(placements.with_for_update()), *session.exec(holders.with_for_update())):
        if row.stated:
            keep_name(row, name)


def _right(held: ClearPerson, right: CorrectedPerson) -> ClearPerson:
    name = stored_name(right.name) if right.name is not None else held.name
    return ClearPerson(name, right.birth_date or held.birth_date, right.gender or held.gender)
