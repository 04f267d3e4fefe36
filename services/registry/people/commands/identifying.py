from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.people.commands.candidates import Newcomer, find_candidates
from services.registry.people.models import ClearPerson, IdentityDocument, Person, sealed_number, sealed_person
from services.registry.people.queries import DocumentKey, KnownPerson, key_of, people_by_document
from services.registry.people.rules.ages import birth_date_of
from services.registry.people.rules.documents import Note, StatedDocument
from services.registry.people.rules.names import name_key
from services.registry.people.schemas import PersonRead
from shared import clock
from shared.contracts.duplicates import Matching
from shared.db import insert_together, table_of
from shared.ids import new_id
from shared.problems import Said


@dataclass(frozen=True)
class StatedPerson:
    """A person whose document was read and found in order."""

    name: str
    document: StatedDocument
    birth_date: date | None
    gender: str | None

    def clear(self) -> ClearPerson:
        """What is kept of the person."""
        birth = birth_date_of(self.document, self.birth_date)
        return ClearPerson(self.name, birth, self.document.gender or self.gender)


class FoundSubject(NamedTuple):
    """The record a subject is kept in, the subject it stands for, and what the bureau should look at.

    A person recorded in this very transaction is `recorded` as shown: nobody else has anything of them yet.
    """

    record_ref: UUID
    subject_ref: UUID
    notes: tuple[Note, ...]
    recorded: PersonRead | None = None


NAME_DIFFERS = Note(
    "name_differs",
    "warning",
    Said(
        "该证件此前登记的姓名与本次不同，系统未作更正，请核对",
        "This document was registered with another name before; nothing was corrected. Check it.",
    ),
)
NUMBER_CORRECTED = Note(
    "number_corrected",
    "info",
    Said(
        "该号码已由公安机关更正，请今后使用新号码",
        "This number was corrected by the police; use the new one from now on.",
    ),
)


POSSIBLE_DUPLICATE = Note(
    "possible_duplicate",
    "warning",
    Said(
        "与已登记的人员疑似重复，已转人才办核查；核查前不会自动认定",
        "This person may be registered already; nothing is recognised by itself until the bureau has looked.",
    ),
)


def identify_people(session: Session, stated: Sequence[StatedPerson], matching: Matching) -> list[FoundSubject]:
    """The person behind each document, in order: known by type, country and number, or recorded now (识别人员).

    One per document, however often it is stated. A number that was corrected names whoever comes with the same name,
    and a new person otherwise (重号). Whoever is recorded now is looked for among all others (疑似重复).
    Locks: rows in `identitydocument` by their unique key, in one order for everybody; asks `lock_identities` before.
    Writes: `person`, `identitydocument`, and as `find_candidates` does. No event: registering announces. Refuses
    nobody; notes `name_differs` (提醒), `number_corrected` (提示) and `possible_duplicate` (提醒).
    """
    known = people_by_document(session, [each.document for each in stated])
    people: list[dict[str, object]] = []
    documents: list[dict[str, object]] = []
    found: list[FoundSubject] = []
    newcomers: list[Newcomer] = []
    recorded: dict[UUID, PersonRead] = {}
    now = clock.now()
    for each in stated:
        key = key_of(each.document)
        former = known.get(key)
        if _is_somebody_else(former, each.name):
            person_id = new_id()
            newcomers.append(Newcomer(person_id, each.clear(), former.record_ref if former else None))
            people.append({"id": person_id, "sealed": sealed_person(person_id, each.clear()), "created_at": now})
            documents.append(_document(person_id, key, each.document) | {"recorded_at": now})
            known[key] = KnownPerson(person_id, person_id, each.name)
            recorded[person_id] = PersonRead.of(each.name, key.type, each.document.number, key.country)
        found.append(_found(known[key], each.name)._replace(recorded=recorded.get(known[key].record_ref)))
    # In one order for everybody: two who record the same people wait for one another, and never in a circle.
    documents.sort(key=lambda row: str(row["number_index"]))
    insert_together(session, (table_of(Person), people), (table_of(IdentityDocument), documents))
    suspected = find_candidates(session, newcomers, matching) if newcomers else set()
    return [
        each._replace(notes=(*each.notes, POSSIBLE_DUPLICATE)) if each.record_ref in suspected else each
        for each in found
    ]


def _is_somebody_else(known: KnownPerson | None, name: str) -> bool:
    """Nobody has this number; or somebody had it until it was corrected, and has another name (重号)."""
    return known is None or (known.replaced and name_key(known.name) != name_key(name))


def _found(known: KnownPerson, name: str) -> FoundSubject:
    notes = () if name_key(known.name) == name_key(name) else (NAME_DIFFERS,)
    return FoundSubject(known.record_ref, known.subject_ref, (*notes, NUMBER_CORRECTED) if known.replaced else notes)


def _document(person_id: UUID, key: DocumentKey, document: StatedDocument) -> dict[str, object]:
    document_id = new_id()
    return {
        "id": document_id,
        "person_id": person_id,
        "type": key.type,
        "country": key.country,
        "sealed_number": sealed_number(document_id, document.number),
        "number_index": key.number_index,
        "valid_from": None,
        "valid_to": None,
    }
