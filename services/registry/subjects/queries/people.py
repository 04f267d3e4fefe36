from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from services.registry.subjects.models.people import (
    Duplicate,
    IdentityDocument,
    Person,
    PersonHistoryEntry,
    number_of,
    unseal,
)
from services.registry.subjects.rules.characters import clean
from services.registry.subjects.rules.documents import Gender, IdType, StatedDocument
from services.registry.subjects.rules.numbers import legacy_upgrade
from services.registry.subjects.schemas.people import PersonRead, PersonSubject
from shared.among import among_texts, texts_given
from shared.db import dialect_of, stretches
from shared.vault import vault

IDENTITIES = 0x70656F706C65  # names the lock under which registering and joining records take turns


class DocumentKey(NamedTuple):
    """What names one document."""

    type: str
    country: str
    number_index: str


class KnownPerson(NamedTuple):
    """Whom a document names: the record it is kept with, the subject that record stands for, the registered name.

    `replaced`: the number was corrected since, and names nobody any more. `provisional`: only drafts state the record.
    `restricted`: it is kept, and used for nothing (限制处理).
    """

    record_ref: UUID
    subject_ref: UUID
    name: str
    replaced: bool = False
    provisional: bool = False
    restricted: bool = False


def lock_identities(session: Session, *, changing: bool) -> None:
    """Let many register side by side, but nobody while records are joined or parted: whom they stand for is changing.

    Locks: on PostgreSQL an advisory lock until the transaction ends, alone if `changing`, shared if not; SQLite has one
    writer anyhow. Taken before any row, so that nobody waits in a circle.
    """
    if dialect_of(session) == "postgresql":
        session.execute(_LOCK_ALONE if changing else _LOCK_SHARED)


# Made once, as they are asked for each commit: making one costs more than executing it.
_LOCK_ALONE = select_columns(func.pg_advisory_xact_lock(IDENTITIES))
_LOCK_SHARED = select_columns(func.pg_advisory_xact_lock_shared(IDENTITIES))


def number_index(number: str) -> str:
    """The blind index of a cleaned document number (证件号码索引); nobody finds a number by it without the key."""
    return vault("registry").blind_index("identity_document", number)


def key_of(document: StatedDocument) -> DocumentKey:
    """The key of a document: type, issuing country, and the blind index of its number."""
    return DocumentKey(document.type, document.country, number_index(document.number))


def people_by_document(session: Session, documents: Sequence[StatedDocument]) -> dict[DocumentKey, KnownPerson]:
    """Who is known already, by the key of their document; nobody for a number that was never recorded.

    A number that stands comes before one that was replaced. Opens the names of those it finds; locks nothing.
    """
    known: dict[DocumentKey, KnownPerson] = {}
    dialect = dialect_of(session)
    for part in stretches(key_of(document).number_index for document in documents):
        for document, person in session.execute(_by_number(dialect), {"numbers": texts_given(dialect, part)}):
            key = DocumentKey(document.type, document.country, document.number_index)
            if key not in known or known[key].replaced:
                replaced = document.replaced_at is not None
                stands_for = person.same_as or person.id
                flags = replaced, person.provisional, person.restricted
                known[key] = KnownPerson(person.id, stands_for, unseal(person).name, *flags)
    return known


@cache
def _by_number(dialect: str) -> Select[IdentityDocument, Person]:
    return (
        select(IdentityDocument, Person)
        .where(IdentityDocument.person_id == Person.id)
        .where(among_texts(dialect, col(IdentityDocument.number_index), "numbers"))
        .order_by(col(IdentityDocument.recorded_at))
    )


def clear_people(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, PersonSubject]:
    """People with clear values by record, each with the document that stands and was recorded last."""
    return {
        person.id: _as_stated(person, document)
        for part in stretches(person_ids)
        for person, document in session.exec(_with_documents(part))
    }


def _with_documents(person_ids: Sequence[UUID]) -> Select[Person, IdentityDocument]:
    return (
        select(Person, IdentityDocument)
        .where(IdentityDocument.person_id == Person.id)
        .where(col(Person.id).in_(person_ids))
        .where(col(IdentityDocument.replaced_at).is_(None))
        .order_by(col(IdentityDocument.recorded_at))
    )


def _as_stated(person: Person, document: IdentityDocument) -> PersonSubject:
    name, birth_date, gender = unseal(person)
    return PersonSubject.model_construct(
        kind="person",
        name=name,
        id_type=cast(IdType, document.type),
        id_number=number_of(document),
        id_country=document.country,
        birth_date=birth_date,
        gender=cast(Gender | None, gender),
    )


def masked(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, PersonRead]:
    """People as they may be shown (掩码), by record, each with the document that stands and was recorded last.

    A record that is nobody's is left out, and of one that is restricted (限制处理) nothing is shown. Opens name and
    number of each other; locks nothing.
    """
    shown: dict[UUID, PersonRead] = {}
    for part in stretches(person_ids):
        for person, document in session.exec(_with_documents(part)):
            shown[person.id] = (
                PersonRead.hidden(document.type, document.country)
                if person.restricted
                else PersonRead.of(unseal(person).name, document.type, number_of(document), document.country)
            )
    return shown


def clear_names(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people in clear by record, and nothing else; whoever reads them leaves a trace (查看明文)."""
    return {
        person.id: unseal(person).name
        for part in stretches(person_ids)
        for person in session.exec(select(Person).where(col(Person.id).in_(part)))
    }


def people_with_number(session: Session, typed: str) -> list[UUID]:
    """The subjects of whom a document has or had this number, as typed; 15 digits find their 18-digit successor.

    Found by the number's keyed index; nothing is opened.
    """
    return list(people_by_number(session, [typed]).get(typed, ()))


def people_by_number(session: Session, typed: Collection[str]) -> dict[str, set[UUID]]:
    """The same of many numbers, by each as it was typed."""
    indexes: dict[str, list[str]] = {}
    for each in typed:
        for number in {clean(each), legacy_upgrade(each)} - {None, ""}:
            indexes.setdefault(number_index(number or ""), []).append(each)
    subjects = select(IdentityDocument.number_index, func.coalesce(Person.same_as, Person.id)).join(
        Person, col(IdentityDocument.person_id) == Person.id
    )
    found: dict[str, set[UUID]] = {}
    for some in stretches(indexes):
        for index, ref in session.exec(subjects.where(col(IdentityDocument.number_index).in_(some))):
            for each in indexes[index]:
                found.setdefault(each, set()).add(ref)
    return found


def lock_people(session: Session, subjects: Collection[UUID]) -> None:
    """Keep everybody else who asks the same from these people until the transaction ends.

    Locks their rows in `person`, in the order of their ids; ids that are nobody's are passed over.
    """
    for part in stretches(subjects):
        session.exec(select(Person.id).where(col(Person.id).in_(part)).order_by(col(Person.id)).with_for_update()).all()


def records_of(session: Session, subject_ref: UUID) -> list[Person]:
    """Every record of the person behind any one of them, the first made first; none for nobody.

    Locks nothing: whoever changes whom they stand for holds `lock_identities`.
    """
    found = session.get(Person, subject_ref)
    if found is None:
        return []
    stands_for = found.same_as or found.id
    together = select(Person).where((Person.id == stands_for) | (Person.same_as == stands_for))
    return list(session.exec(together.order_by(col(Person.id))))


def is_restricted(session: Session, record_ref: UUID) -> bool:
    """Whether a record is kept and used for nothing (限制处理)."""
    found = session.get(Person, record_ref)
    return found is not None and found.restricted


def documents(session: Session, records: Iterable[UUID]) -> Sequence[IdentityDocument]:
    """Every document of some records, replaced ones included, in the order they were recorded."""
    wanted = select(IdentityDocument).where(col(IdentityDocument.person_id).in_(list(records)))
    return session.exec(wanted.order_by(col(IdentityDocument.recorded_at), col(IdentityDocument.id))).all()


def history(session: Session, records: Iterable[UUID]) -> Sequence[PersonHistoryEntry]:
    """All that was done to some records, the first first (档案办理记录)."""
    entries = select(PersonHistoryEntry).where(col(PersonHistoryEntry.person_id).in_(list(records)))
    return session.exec(entries.order_by(col(PersonHistoryEntry.at), col(PersonHistoryEntry.id))).all()


def credited_registrations(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """The registrations among these to which a standing decision that two people are one gave the credit (归属)."""
    found: set[UUID] = set()
    for part in stretches(ids):
        decided = select(Duplicate.credit_to).where(col(Duplicate.credit_to).in_(part), Duplicate.state == "same")
        found |= {each for each in session.exec(decided) if each}
    return found
