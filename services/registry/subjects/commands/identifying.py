from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.registry.subjects.commands.candidates import Newcomer, find_candidates
from services.registry.subjects.models.people import (
    ClearPerson,
    IdentityDocument,
    Person,
    number_indexes,
    sealed_number,
    sealed_person,
    unseal,
)
from services.registry.subjects.queries.people import DocumentKey, KnownPerson, key_of, people_by_document
from services.registry.subjects.rules.ages import birth_date_of
from services.registry.subjects.rules.documents import Note, StatedDocument
from services.registry.subjects.rules.names import name_key
from services.registry.subjects.schemas.people import PersonRead
from shared import clock
from shared.contracts.duplicates import Matching
from shared.db import insert_together, stretches, table_of
from shared.ids import new_id
from shared.problems import Said


@dataclass(frozen=True)
class StatedPerson:
    """A person whose document was read and found in order; in a `draft` nothing comes of it yet."""

    name: str
    document: StatedDocument
    birth_date: date | None
    gender: str | None
    draft: bool = False

    def clear(self) -> ClearPerson:
        """What is kept of the person."""
        birth = birth_date_of(self.document, self.birth_date)
        return ClearPerson(self.name, birth, self.document.gender or self.gender)


class FoundSubject(NamedTuple):
    """The record a subject is kept in, the subject it stands for, and what the bureau should look at.

    A person recorded in this very transaction is `recorded` as shown: nobody else has anything of them yet. Of who is
    `restricted` nothing may be entered (限制处理).
    """

    record_ref: UUID
    subject_ref: UUID
    notes: tuple[Note, ...]
    recorded: PersonRead | None = None
    restricted: bool = False


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
    entered = _Entered()
    for each in stated:
        key = key_of(each.document)
        former = known.get(key)
        if _is_somebody_else(former, each.name):
            known[key] = entered.record(key, each, former)
        elif former and former.provisional and not (each.draft or former.restricted):
            known[key] = entered.adopt(each, former)
        entered.found.append(_found(known[key], each)._replace(recorded=entered.shown.get(known[key].record_ref)))
    # In one order for everybody, whatever key they are indexed by: two who record the same people wait for one another,
    # and never in a circle.
    documents = [entered.documents[key] for key in sorted(entered.documents)]
    insert_together(session, (table_of(Person), entered.people), (table_of(IdentityDocument), documents))
    _settle(session, entered.settled)
    suspected = find_candidates(session, entered.newcomers, matching) if entered.newcomers else set()
    return [
        each._replace(notes=(*each.notes, POSSIBLE_DUPLICATE)) if each.record_ref in suspected else each
        for each in entered.found
    ]


class _Entered:
    """What a batch of statements enters: people and documents recorded now, records that drafts alone had stated."""

    def __init__(self) -> None:
        self.people: list[dict[str, object]] = []
        self.documents: dict[DocumentKey, dict[str, object]] = {}
        self.found: list[FoundSubject] = []
        self.newcomers: list[Newcomer] = []
        self.settled: dict[UUID, ClearPerson] = {}
        self.shown: dict[UUID, PersonRead] = {}
        self._now = clock.now()

    def record(self, key: DocumentKey, stated: StatedPerson, former: KnownPerson | None) -> KnownPerson:
        """Record a person; whom a draft states, nobody looks for."""
        person_id = new_id()
        sealed = sealed_person(person_id, stated.clear())
        row = {"id": person_id, "sealed": sealed, "provisional": stated.draft, "created_at": self._now}
        self.people.append(row | {"restricted": False})
        self.documents[key] = _document(person_id, stated.document) | {"recorded_at": self._now}
        self.shown[person_id] = PersonRead.of(stated.name, key.type, stated.document.number, key.country)
        if not stated.draft:
            self.newcomers.append(Newcomer(person_id, stated.clear(), former.record_ref if former else None))
        return KnownPerson(person_id, person_id, stated.name, provisional=stated.draft)

    def adopt(self, stated: StatedPerson, former: KnownPerson) -> KnownPerson:
        """The first submission makes a record of what drafts alone had stated, in its own words."""
        self.newcomers.append(Newcomer(former.record_ref, stated.clear()))
        self.settled[former.record_ref] = stated.clear()
        return former._replace(name=stated.name, provisional=False)


def settle_people(session: Session, stated: Mapping[UUID, ClearPerson], *, dry_run: bool) -> set[UUID]:
    """Let people's records say what is stated, and have them looked for anew; those whose values differed.

    Locks and writes their `person` rows, in the order of ids; a dry run nothing.
    """
    differing: set[UUID] = set()
    for some in stretches(stated):
        rows = select(Person).where(col(Person.id).in_(some)).order_by(col(Person.id))
        for person in session.exec(rows if dry_run else rows.with_for_update()):
            if unseal(person) != stated[person.id]:
                differing.add(person.id)
                if not dry_run:
                    person.sealed, person.compared_at = sealed_person(person.id, stated[person.id]), None
    session.flush()
    return differing


def _settle(session: Session, settled: Mapping[UUID, ClearPerson]) -> None:
    settle_people(session, settled, dry_run=False)
    for some in stretches(settled):
        session.execute(update(Person).where(col(Person.id).in_(some)).values(provisional=False))


def _is_somebody_else(known: KnownPerson | None, name: str) -> bool:
    """Nobody has this number; or somebody had it until it was corrected, and has another name (重号)."""
    return known is None or (known.replaced and name_key(known.name) != name_key(name))


def _found(known: KnownPerson, stated: StatedPerson) -> FoundSubject:
    """Whom a statement names. Of a draft nothing is noticed: it says to nobody whether the person is known."""
    found = FoundSubject(known.record_ref, known.subject_ref, (), restricted=known.restricted and not stated.draft)
    if stated.draft or known.restricted:
        return found
    same = known.name == stated.name or name_key(known.name) == name_key(stated.name)
    notes = () if same else (NAME_DIFFERS,)
    return found._replace(notes=(*notes, NUMBER_CORRECTED) if known.replaced else notes)


def _document(person_id: UUID, document: StatedDocument) -> dict[str, object]:
    document_id = new_id()
    return {
        "id": document_id,
        "person_id": person_id,
        "type": document.type,
        "country": document.country,
        "sealed_number": sealed_number(document_id, document.number),
        **number_indexes(document.number),
        "valid_from": None,
        "valid_to": None,
    }
