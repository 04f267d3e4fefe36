import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.people.characters import clean
from services.registry.people.documents import Document, Gender, IdType
from services.registry.people.models import IdentityDocument, Person
from services.registry.people.rules import legacy_upgrade
from services.registry.people.schemas import PersonRead, PersonSubject
from shared.db import ROWS_A_STATEMENT
from shared.vault import vault


class Key(NamedTuple):
    """What names one document."""

    type: str
    country: str
    number_index: str


class Clear(NamedTuple):
    """What is sealed of a person."""

    name: str
    birth_date: date | None
    gender: str | None


def number_index(number: str) -> str:
    """The blind index of a document number."""
    return vault().blind_index("identity_document", number)


def key_of(document: Document) -> Key:
    """The key of a document."""
    return Key(document.type, document.country, number_index(document.number))


def unseal(person: Person) -> Clear:
    """A person's clear values."""
    held = json.loads(vault().unseal(person.sealed, f"person|{person.id}"))
    birth = date.fromisoformat(held["birth_date"]) if held["birth_date"] else None
    return Clear(held["name"], birth, held["gender"])


def people_by_document(session: Session, documents: Sequence[Document]) -> dict[Key, tuple[UUID, str]]:
    """Who is known already: person and registered name, by document."""
    indexes = sorted({key_of(document).number_index for document in documents})
    known: dict[Key, tuple[UUID, str]] = {}
    for start in range(0, len(indexes), ROWS_A_STATEMENT):
        rows = session.exec(
            select(IdentityDocument, Person)
            .where(IdentityDocument.person_id == Person.id)
            .where(col(IdentityDocument.number_index).in_(indexes[start : start + ROWS_A_STATEMENT]))
        )
        for document, person in rows:
            key = Key(document.type, document.country, document.number_index)
            known[key] = (person.id, unseal(person).name)
    return known


def person_as_stated(session: Session, person_id: UUID) -> PersonSubject:
    """A person with clear values, as an institution would state them again; for the rules alone."""
    person = session.get_one(Person, person_id)
    document = session.exec(
        select(IdentityDocument)
        .where(IdentityDocument.person_id == person_id)
        .order_by(col(IdentityDocument.recorded_at).desc())
    ).first()
    if document is None:
        raise LookupError("a person without a document")
    name, birth_date, gender = unseal(person)
    number = vault().unseal(document.sealed_number, f"identity_document|{document.id}")
    return PersonSubject.model_construct(
        kind="person",
        name=name,
        id_type=cast(IdType, document.type),
        id_number=number,
        id_country=document.country,
        birth_date=birth_date,
        gender=cast(Gender | None, gender),
    )


def masked(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, PersonRead]:
    """People as they may be shown, with the document recorded last."""
    wanted = sorted(set(person_ids))
    shown: dict[UUID, PersonRead] = {}
    for start in range(0, len(wanted), ROWS_A_STATEMENT):
        rows = session.exec(
            select(Person, IdentityDocument)
            .where(IdentityDocument.person_id == Person.id)
            .where(col(Person.id).in_(wanted[start : start + ROWS_A_STATEMENT]))
            .order_by(col(IdentityDocument.recorded_at))
        )
        for person, document in rows:
            number = vault().unseal(document.sealed_number, f"identity_document|{document.id}")
            shown[person.id] = PersonRead.of(unseal(person).name, document.type, number, document.country)
    return shown


def people_with_number(session: Session, typed: str) -> list[UUID]:
    """Whose document has this number, as typed; a 15-digit number finds its 18-digit successor."""
    numbers = {clean(typed), legacy_upgrade(typed)} - {None, ""}
    indexes = [number_index(number) for number in numbers if number]
    return list(session.exec(select(IdentityDocument.person_id).where(col(IdentityDocument.number_index).in_(indexes))))
