"""What is sealed of people, and opened again: each value bound to its row."""

import json
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.registry.people.models import IdentityDocument, Person
from shared.vault import vault


class Clear(NamedTuple):
    """What is sealed of a person."""

    name: str
    birth_date: date | None
    gender: str | None


def sealed_person(person_id: UUID, clear: Clear) -> bytes:
    """A person's values, sealed for their row."""
    birth = clear.birth_date.isoformat() if clear.birth_date else None
    held = {"name": clear.name, "birth_date": birth, "gender": clear.gender}
    return vault().seal(json.dumps(held, ensure_ascii=False), f"person|{person_id}")


def unseal(person: Person) -> Clear:
    """A person's clear values."""
    held = json.loads(vault().unseal(person.sealed, f"person|{person.id}"))
    birth = date.fromisoformat(held["birth_date"]) if held["birth_date"] else None
    return Clear(held["name"], birth, held["gender"])


def sealed_number(document_id: UUID, number: str) -> bytes:
    """A document's number, sealed for its row."""
    return vault().seal(number, f"identity_document|{document_id}")


def number_of(document: IdentityDocument) -> str:
    """A document's clear number."""
    return vault().unseal(document.sealed_number, f"identity_document|{document.id}")
