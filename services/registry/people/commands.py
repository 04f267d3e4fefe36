import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.people.documents import Document, Note
from services.registry.people.models import IdentityDocument, Person
from services.registry.people.queries import Key, key_of, people_by_document
from services.registry.people.rules import birth_date_of, name_key
from shared import clock
from shared.db import insert_rows, table_of
from shared.ids import new_id
from shared.problems import Said
from shared.vault import vault


@dataclass(frozen=True)
class Stated:
    """A person whose document was read and found in order."""

    name: str
    document: Document
    birth_date: date | None
    gender: str | None


class Found(NamedTuple):
    """The person, and what the bureau should look at."""

    person_id: UUID
    notes: tuple[Note, ...]


NAME_DIFFERS = Note(
    "name_differs",
    "warning",
    Said(
        "该证件此前登记的姓名与本次不同，系统未作更正，请核对",
        "This document was registered with another name before; nothing was corrected. Check it.",
    ),
)


def recognise_people(session: Session, stated: Sequence[Stated]) -> list[Found]:
    """The person behind each document: known by type, country and number, or recorded now. One per document."""
    known = people_by_document(session, [each.document for each in stated])
    people: list[dict[str, object]] = []
    documents: list[dict[str, object]] = []
    found: list[Found] = []
    now = clock.now()
    for each in stated:
        key = key_of(each.document)
        if key not in known:
            person_id = new_id()
            people.append({"id": person_id, "sealed": _sealed(person_id, each), "created_at": now})
            documents.append(_document(person_id, key, each.document) | {"recorded_at": now})
            known[key] = (person_id, each.name)
        person_id, name = known[key]
        same = name_key(name) == name_key(each.name)
        found.append(Found(person_id, () if same else (NAME_DIFFERS,)))
    insert_rows(session, table_of(Person), people)
    # In one order for everybody: two who record the same people wait for one another, and never in a circle.
    insert_rows(session, table_of(IdentityDocument), sorted(documents, key=lambda row: str(row["number_index"])))
    return found


def _sealed(person_id: UUID, stated: Stated) -> bytes:
    birth = birth_date_of(stated.document, stated.birth_date)
    clear = {
        "name": stated.name,
        "birth_date": birth.isoformat() if birth else None,
        "gender": stated.document.gender or stated.gender,
    }
    return vault().seal(json.dumps(clear, ensure_ascii=False), f"person|{person_id}")


def _document(person_id: UUID, key: Key, document: Document) -> dict[str, object]:
    document_id = new_id()
    return {
        "id": document_id,
        "person_id": person_id,
        "type": key.type,
        "country": key.country,
        "sealed_number": vault().seal(document.number, f"identity_document|{document_id}"),
        "number_index": key.number_index,
        "valid_from": None,
        "valid_to": None,
    }
