"""Officers file documents of people (证件登记与更正): one more document, or a number the police corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.subjects.errors import DocumentOfAnother, DocumentReplaced, SubjectRestricted
from services.registry.subjects.models.people import (
    IdentityDocument,
    Person,
    PersonHistoryEntry,
    number_indexes,
    sealed_number,
    sealed_person,
    unseal,
)
from services.registry.subjects.queries.people import has_number, key_of, lock_identities, people_by_document
from services.registry.subjects.rules.documents import Note, StatedDocument
from services.registry.subjects.rules.reading import read_document
from services.registry.subjects.schemas.people import NewDocument
from shared import clock
from shared.auth import Caller, Role
from shared.config import settings
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said


@dataclass(frozen=True)
class Filing:
    """A document to file with a person's record; `replaces` names the one whose number it corrects."""

    record_ref: UUID
    wanted: NewDocument
    replaces: UUID | None = None


class Filed(NamedTuple):
    """A document as filed, and what is odd about it."""

    document: IdentityDocument
    notes: tuple[Note, ...]


@operation(
    "file_documents",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda filing: filing.record_ref,
    effect=lambda filed: Effect(filed.document.id),
)
def file_documents(session: Session, calls: Sequence[Call[Filing]]) -> list[Filed | Refusal]:
    """File documents with people's records (证件登记与更正): one more, one checked again, or a number corrected.

    Registrations stay as they are, and so does every count: no event. Fixture numbers only in a demo.
    Locks: identities (shared), the person's row. Writes: `identitydocument` (the replaced one too), `person_step`, and
    `person` where the number tells birth date or gender, which has the person looked for anew.
    Refuses: not-found (record, or document to replace), subject-restricted, document-replaced, document-of-another, and
    invalid-body for a number that is none, `/valid_to` before `/valid_from`.
    """
    lock_identities(session, changing=False)
    return [_filed(session, call.item, call.caller) for call in calls]


def _filed(session: Session, filing: Filing, caller: Caller) -> Filed | Refusal:
    person = session.exec(select(Person).where(Person.id == filing.record_ref).with_for_update()).first()
    if person is None:
        return NotFound()
    if person.restricted:
        return SubjectRestricted()
    read = _read(filing.wanted)
    if isinstance(read, InvalidBody):
        return read
    old = _replaced(session, person, filing.replaces) if filing.replaces else None
    if isinstance(old, Refusal):
        return old
    known = people_by_document(session, [read]).get(key_of(read))
    if known and not known.replaced and known.record_ref != person.id:
        return DocumentOfAnother(subject_ref=str(known.subject_ref))
    document = _kept(session, person, read, filing.wanted, caller)
    if old is not None and old is not document:
        old.replaced_by, old.replaced_at = document.id, document.checked_at
    _learn(person, read)
    action = "correct_document" if old else "add_document"
    session.add(_entry(person, document, action, filing.wanted.reason, caller))
    session.flush()
    return Filed(document, read.notes)


def _read(wanted: NewDocument) -> StatedDocument | InvalidBody:
    demo = settings().environment == "demo"
    read = read_document(wanted.id_type, wanted.id_number, wanted.id_country, clock.today(), fixtures_allowed=demo)
    faults = [read] if isinstance(read, Fault) else []
    if wanted.valid_from and wanted.valid_to and wanted.valid_to < wanted.valid_from:
        faults.append(ENDS_BEFORE_START)
    return InvalidBody(*faults) if faults or isinstance(read, Fault) else read


def _replaced(session: Session, person: Person, document_id: UUID) -> IdentityDocument | Refusal:
    old = session.get(IdentityDocument, document_id)
    if old is None or old.person_id != person.id:
        return NotFound()
    return DocumentReplaced() if old.replaced_at else old


def _kept(
    session: Session, person: Person, read: StatedDocument, wanted: NewDocument, caller: Caller
) -> IdentityDocument:
    """The row of a document: the one that stands already, or a new one; checked now, by this officer."""
    indexes, now = number_indexes(read.number), clock.now()
    standing = select(IdentityDocument).where(
        IdentityDocument.type == read.type,
        IdentityDocument.country == read.country,
        has_number(indexes),
        col(IdentityDocument.replaced_at).is_(None),
    )
    document = session.exec(standing).first()
    if document is None:
        document_id = new_id()
        document = IdentityDocument(
            id=document_id,
            person_id=person.id,
            type=read.type,
            country=read.country,
            sealed_number=sealed_number(document_id, read.number),
            recorded_at=now,
        ).sqlmodel_update(indexes)
        session.add(document)
        session.flush()
    document.valid_from, document.valid_to = wanted.valid_from, wanted.valid_to
    document.checked_by, document.checked_at = caller.actor, now
    return document


def _learn(person: Person, read: StatedDocument) -> None:
    """A number that tells birth date and gender decides them; then the person is looked for among the others anew."""
    held = unseal(person)
    learnt = held._replace(birth_date=read.birth_date or held.birth_date, gender=read.gender or held.gender)
    if learnt != held:
        person.sealed, person.compared_at = sealed_person(person.id, learnt), None


def _entry(person: Person, document: IdentityDocument, action: str, reason: str, caller: Caller) -> PersonHistoryEntry:
    return PersonHistoryEntry(
        person_id=person.id,
        document_id=document.id,
        action=action,
        by=caller.actor,
        role=caller.role.value,
        reason=reason,
        at=clock.now(),
    )


ENDS_BEFORE_START = Fault(
    "/valid_to", "ends_before_start", Said("有效期止日早于起日", "The document ends before it begins")
)
