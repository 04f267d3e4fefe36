from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from services.registry.subjects.models.people import (
    NUMBER_INDEXES,
    Duplicate,
    IdentityDocument,
    Person,
    PersonHistoryEntry,
    number_indexes,
    number_of,
    unseal,
)
from services.registry.subjects.rules.characters import clean
from services.registry.subjects.rules.documents import Gender, IdType, StatedDocument
from services.registry.subjects.rules.numbers import legacy_upgrade
from services.registry.subjects.schemas.people import PersonRead, PersonSubject
from shared.among import among_texts, texts_given
from shared.db import dialect_of, stretches, table_of
from shared.vault import vault

IDENTITIES = 0x70656F706C65  # names the lock under which registering and joining records take turns


class DocumentKey(NamedTuple):
    """What names one document; its number in clear, whatever the key that it is found by."""

    type: str
    country: str
    number: str

    def __repr__(self) -> str:
        return f"a document of type {self.type}"


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
    """The blind index of a cleaned document number by today's key, which names it where nothing is looked up."""
    return vault("registry").blind_index("identity_document", number)


def key_of(document: StatedDocument) -> DocumentKey:
    """The key of a document: type, issuing country and number."""
    return DocumentKey(document.type, document.country, document.number)


def people_by_document(session: Session, documents: Sequence[StatedDocument]) -> dict[DocumentKey, KnownPerson]:
    """Who is known already, by the key of their document; nobody for a number that was never recorded.

    A number that stands comes before one that was replaced. Opens the names of those it finds; locks nothing.
    """
    known: dict[DocumentKey, KnownPerson] = {}
    dialect = dialect_of(session)
    sought = _Sought(document.number for document in documents)
    for part in stretches(sought.numbers):
        found = session.execute(_by_number(dialect, sought.columns), {"numbers": texts_given(dialect, part)})
        for document, person in found:
            number = sought.number(document.number_index, document.number_index_b)
            key = DocumentKey(document.type, document.country, number)
            if key not in known or known[key].replaced:
                replaced = document.replaced_at is not None
                stands_for = person.same_as or person.id
                flags = replaced, person.provisional, person.restricted
                known[key] = KnownPerson(person.id, stands_for, unseal(person).name, *flags)
    return known


class _Sought:
    """Numbers that are looked for: each by its blind indexes, and the columns that have those."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.numbers: dict[str, str] = {}
        columns = set()
        for number in numbers:
            for column, index in number_indexes(number).items():
                if index:
                    self.numbers[index] = number
                    columns.add(column)
        self.columns = tuple(sorted(columns))

    def number(self, *indexes: str | None) -> str:
        """The number of a document that was found, by what stands in its columns."""
        return next(self.numbers[index] for index in indexes if index in self.numbers)


@cache
def _by_number(dialect: str, columns: tuple[str, ...]) -> Select[IdentityDocument, Person]:
    held = table_of(IdentityDocument).c
    return (
        select(IdentityDocument, Person)
        .where(IdentityDocument.person_id == Person.id)
        .where(or_(*(among_texts(dialect, held[name], "numbers") for name in columns)))
        .order_by(col(IdentityDocument.recorded_at))
    )


def has_number(indexes: Mapping[str, str | None]) -> ColumnElement[bool]:
    """Whether a document has a number, by the blind indexes of that (`number_indexes`)."""
    held = table_of(IdentityDocument).c
    return or_(*(held[name] == index for name, index in indexes.items() if index))


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
    meant: dict[str, list[str]] = {}
    for each in typed:
        for number in {clean(each), legacy_upgrade(each)} - {None, ""}:
            meant.setdefault(number or "", []).append(each)
    sought, held = _Sought(meant), table_of(IdentityDocument).c
    columns = [held[name] for name in NUMBER_INDEXES.values()]
    subjects = select_columns(*columns, func.coalesce(Person.same_as, Person.id)).join(
        Person, col(IdentityDocument.person_id) == Person.id
    )
    found: dict[str, set[UUID]] = {}
    for some in stretches(sought.numbers):
        for *indexes, ref in session.execute(subjects.where(or_(*(held[name].in_(some) for name in sought.columns)))):
            for each in meant[sought.number(*indexes)]:
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
