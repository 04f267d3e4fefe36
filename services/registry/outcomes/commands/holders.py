"""The people whom facts and placements state: read by the rules of identity, known already or recorded now."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.rules.details import DetailValue, check_details
from services.registry.programmes.rules.eligibility import Applicant, judge
from services.registry.registrations.commands.reading import References, read_person
from services.registry.subjects.commands.identifying import FoundSubject, StatedPerson, identify_people
from services.registry.subjects.queries.people import key_of, lock_people, people_by_document
from services.registry.subjects.rules.documents import Note
from services.registry.subjects.schemas.people import PersonSubject
from shared.contracts.policy import Programme
from shared.problems import Fault, InvalidBody


@dataclass
class ReadPerson:
    """A person found in order; `who` tells people apart before they are recorded; of who is `restricted` nothing is."""

    stated: StatedPerson
    notes: tuple[Note, ...]
    details: dict[str, DetailValue]
    who: Hashable = None
    restricted: bool = False


def read_stated(person: PersonSubject, on: date, references: References, at: str) -> ReadPerson | InvalidBody:
    """A person stated in a field of a body, or everything that is wrong with them."""
    stated, _, notes, faults = read_person(person, on, references, at)
    if stated is None or faults:
        return InvalidBody(*faults)
    return ReadPerson(stated, notes, {})


def read_holder(
    person: PersonSubject, details: dict[str, Any], on: date, programme: Programme, references: References
) -> ReadPerson | InvalidBody:
    """Who holds a post from a day on, with what the programme asks of whoever does (上岗条件)."""
    stated, birth, notes, faults = read_person(person, on, references, "/value")
    fields = [each for each in programme.fields if each.name not in programme.follows.values()]
    kept, wrong = check_details(fields, details)
    faults += [fault.at("/value") for fault in wrong]
    if not wrong:
        verdict = judge(programme.eligibility, Applicant(kept, on, birth))
        faults += [_within(fault) for fault in verdict.faults]
        notes += verdict.warnings
    if stated is None or faults:
        return InvalidBody(*faults)
    return ReadPerson(stated, notes, kept)


def _within(fault: Fault) -> Fault:
    """What the programme says of a subject is said of the holder."""
    return Fault("/value" + fault.pointer.removeprefix("/subject"), fault.code, fault.said)


def know(session: Session, people: Sequence[ReadPerson]) -> set[UUID]:
    """Find who is known already, and keep everybody else who asks the same from them until the transaction ends.

    Sets `who`, and whether they are `restricted`; whoever is new has the key of their document. Locks the rows of those
    known.
    """
    known = people_by_document(session, [each.stated.document for each in people])
    for each in people:
        key = key_of(each.stated.document)
        each.restricted = key in known and known[key].restricted
        each.who = known[key].subject_ref if key in known and not known[key].replaced else key
    found = {each.who for each in people if isinstance(each.who, UUID)}
    lock_people(session, found)
    return found


def enter_people(session: Session, people: Sequence[ReadPerson], references: References) -> list[FoundSubject]:
    """Record people, or find their records, with all that was noticed about each."""
    found = identify_people(session, [each.stated for each in people], references.matching)
    return [subject._replace(notes=(*each.notes, *subject.notes)) for each, subject in zip(people, found, strict=True)]
