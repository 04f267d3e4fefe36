from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.subjects.models.people import IdentityDocument
from services.registry.subjects.rules.documents import Gender, IdType, Note
from services.registry.subjects.rules.names import masked_name
from shared.fields import AsTyped, BirthDate, Day, Reason
from shared.problems import Language

HIDDEN = "***"  # what stands where nothing is shown


class PersonSubject(BaseModel):
    """A person as an institution states them; read by the rules of identity, never echoed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Literal["person"]
    name: AsTyped = Field(max_length=400)
    id_type: IdType = "resident_id"
    id_number: AsTyped = Field(max_length=100)
    id_country: Annotated[AsTyped, Field(max_length=20)] | None = None
    birth_date: BirthDate | None = None
    gender: Gender | None = None


class PersonRead(BaseModel):
    """A person as shown: masked, whoever asks."""

    kind: Literal["person"] = "person"
    name: str
    id_type: str
    id_number: str
    id_country: str

    @classmethod
    def of(cls, name: str, id_type: str, number: str, country: str) -> Self:
        """Masked from the clear values."""
        return cls(name=masked_name(name), id_type=id_type, id_number=masked(number), id_country=country)

    @classmethod
    def hidden(cls, id_type: str, country: str) -> Self:
        """Of whom nothing is shown (限制处理)."""
        return cls(name=HIDDEN, id_type=id_type, id_number=HIDDEN, id_country=country)


class NewDocument(BaseModel):
    """A document of a person, seen by the officer who enters it, and why it is entered."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id_type: IdType = "resident_id"
    id_number: AsTyped = Field(max_length=100)
    id_country: Annotated[AsTyped, Field(max_length=20)] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    reason: Reason


class Warned(BaseModel):
    """Something to look at; `warning` keeps a direct registration from recognising itself, `info` does not."""

    code: str
    severity: Literal["info", "warning"]
    detail: str

    @classmethod
    def of(cls, note: Note, language: Language) -> Self:
        """In the reader's language."""
        return cls(code=note.code, severity=note.severity, detail=note.said.in_(language))


class DocumentRead(BaseModel):
    """A document as shown, masked; `record_ref` is the record it is kept with, `replaced_by` the corrected one."""

    id: UUID
    record_ref: UUID
    id_type: str
    id_country: str
    id_number: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    checked_by: str | None
    checked_at: datetime | None
    replaced_by: UUID | None
    replaced_at: datetime | None

    @classmethod
    def of(cls, document: IdentityDocument, number: str) -> Self:
        """Masked from the clear number."""
        kept = document.model_dump(include=set(cls.model_fields))
        return cls(
            **kept,
            record_ref=document.person_id,
            id_type=document.type,
            id_country=document.country,
            id_number=masked(number),
        )


class FiledRead(DocumentRead):
    """A document just entered, and what is odd about it."""

    warnings: list[Warned] = []


class PersonHistoryRead(BaseModel):
    """What was once done to what is recorded of a person; `by` is a client, not a person."""

    record_ref: UUID
    document_id: UUID | None
    action: str
    by: str
    role: str
    reason: str
    at: datetime


def masked(number: str) -> str:
    """A number as it may be shown: its last two characters, the rest starred (掩码)."""
    return "*" * (len(number) - 2) + number[-2:]
