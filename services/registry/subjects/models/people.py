"""What is kept of people. Sealed values open only with the key and in their own row."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from services.registry.subjects.rules.names import stored_name
from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id
from shared.key_rings import Slot
from shared.vault import vault

# Of two keys each has a column, so that while the key is rotated processes old and new collide on whom both record.
NUMBER_INDEXES: Mapping[Slot, str] = {"a": "number_index", "b": "number_index_b"}
_IN_A, _IN_B = text("number_index IS NOT NULL"), text("number_index_b IS NOT NULL")
_STANDS_IN_A = text("replaced_at IS NULL AND number_index IS NOT NULL")
_STANDS_IN_B = text("replaced_at IS NULL AND number_index_b IS NOT NULL")


class Person(RegistryTable, table=True):
    """What is recorded of a person; name, birth date and gender are sealed together.

    `provisional`: only drafts state it so far; it says nothing to anybody, and is looked for by nobody, until the first
    submission makes it a record. `same_as` names the record that stands for the person, where several are known to be
    one; `compared_at` is when the record was last looked for among all others, null where that is still to be done.
    `restricted`: kept, and used for nothing (限制处理); `erased_at`: nothing personal is left of it (已删除).
    """

    __classes__ = classes(
        sensitive="sealed",
        personal="id provisional same_as compared_at created_at restricted erased_at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sealed: bytes
    provisional: bool = False
    same_as: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    compared_at: datetime | None = Field(default=None, sa_column=Column(Instant, index=True))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    restricted: bool = False
    erased_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class IdentityDocument(RegistryTable, table=True):
    """An identity document (身份证件): type, issuing country and number together name one person.

    A number the police corrected (更正) keeps its row, replaced by the new one, and names nobody any more. It is found
    by a blind index of the number: in `number_index` or in `number_index_b`, by turns, and in both while the key is
    rotated (轮换).
    """

    __table_args__ = (
        Index(
            "uq_identitydocument_standing", "type", "country", "number_index",
            unique=True, sqlite_where=_STANDS_IN_A, postgresql_where=_STANDS_IN_A,
        ),
        Index(
            "uq_identitydocument_standing_b", "type", "country", "number_index_b",
            unique=True, sqlite_where=_STANDS_IN_B, postgresql_where=_STANDS_IN_B,
        ),
        Index("ix_identitydocument_number_index", "number_index", sqlite_where=_IN_A, postgresql_where=_IN_A),
        Index("ix_identitydocument_number_index_b", "number_index_b", sqlite_where=_IN_B, postgresql_where=_IN_B),
    )  # fmt: skip

    __classes__ = classes(
        sensitive="sealed_number number_index number_index_b",
        personal=(
            "id person_id type country valid_from valid_to recorded_at checked_by checked_at replaced_by replaced_at"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    type: str = Field(max_length=20)
    country: str = Field(max_length=3)
    sealed_number: bytes
    number_index: str | None = Field(default=None, max_length=64)
    number_index_b: str | None = Field(default=None, max_length=64)
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    checked_by: str | None = Field(default=None, max_length=60)
    checked_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    replaced_by: UUID | None = Field(default=None, foreign_key="identitydocument.id")
    replaced_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class PersonHistoryEntry(RegistryTable, table=True):
    """What was once done to what is recorded of a person (人员档案办理记录); never changed afterwards."""

    __tablename__ = "person_step"

    __classes__ = classes(
        personal="id person_id document_id action by role reason at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    document_id: UUID | None = Field(default=None, foreign_key="identitydocument.id")
    action: str = Field(max_length=30)
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    reason: str = Field(max_length=1000)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PersonKey(RegistryTable, table=True):
    """A keyed fingerprint of a birth date and one way to write or to read a name, to find who may be the same.

    `slot` tells by which key it was made, as the columns of a document do.
    """

    __tablename__ = "person_key"

    __classes__ = classes(
        sensitive="key_index",
        personal="person_id",
        internal="slot",
    )

    key_index: str = Field(primary_key=True, max_length=64)
    person_id: UUID = Field(primary_key=True, foreign_key="person.id", index=True)
    slot: str = Field(default="a", max_length=1, sa_column_kwargs={"server_default": "a"})


class Duplicate(RegistryTable, table=True):
    """Two records that may be one person (疑似重复); `one` was made before `other`. `signals` says what matched.

    Or one record twice: `claim` names a registration and who filed the same person in the programme beside it.
    """

    __table_args__ = (
        UniqueConstraint("one", "other", "claim"),
        CheckConstraint("state IN ('open', 'same', 'different')", name="state"),
    )

    __classes__ = classes(
        personal="id one other signals state credit_to claim found_at decided_at",
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    one: UUID = Field(foreign_key="person.id")
    other: UUID = Field(foreign_key="person.id", index=True)
    signals: list[str] = Field(sa_column=Column(Json, nullable=False))
    state: str = Field(default="open", max_length=20, index=True)
    credit_to: UUID | None = None
    claim: str = Field(default="", max_length=80)
    version: int = 1
    found_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ClearPerson(NamedTuple):
    """What is sealed of a person."""

    name: str
    birth_date: date | None
    gender: str | None

    def written(self) -> str:
        """As it is sealed."""
        birth = self.birth_date.isoformat() if self.birth_date else None
        return to_json({"name": self.name, "birth_date": birth, "gender": self.gender}).decode()

    @classmethod
    def read(cls, written: str) -> "ClearPerson":
        """What was sealed."""
        held = json.loads(written)
        birth = date.fromisoformat(held["birth_date"]) if held["birth_date"] else None
        return cls(held["name"], birth, held["gender"])


def sealed_person(person_id: UUID, clear: ClearPerson) -> bytes:
    """A person's values, sealed for their row."""
    return vault("registry").seal(clear.written(), f"person|{person_id}")


def unseal(person: Person) -> ClearPerson:
    """A person's clear values; the name as it is kept today, whenever it was stored."""
    held = ClearPerson.read(vault("registry").unseal(person.sealed, f"person|{person.id}"))
    return held._replace(name=stored_name(held.name))


def sealed_number(document_id: UUID, number: str) -> bytes:
    """A document's number, sealed for its row."""
    return vault("registry").seal(number, f"identity_document|{document_id}")


def number_indexes(number: str) -> dict[str, str | None]:
    """The blind indexes of a cleaned document number (证件号码索引) by their columns; None where no key in use is."""
    return vault("registry").blind_indexes(NUMBER_INDEXES, "identity_document", number)


def index_erased(document_id: UUID) -> str:
    """What stands in the place of the blind index of a number that was erased (已删除): nobody finds it."""
    return f"erased {document_id}"


def number_of(document: IdentityDocument) -> str:
    """A document's clear number."""
    return vault("registry").unseal(document.sealed_number, f"identity_document|{document.id}")
