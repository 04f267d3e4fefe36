from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registry.duplicates.rules import SIGNALS, Verdict
from services.registry.fields import Reason
from services.registry.people.models import Duplicate
from services.registry.people.schemas import DocumentRead
from shared.problems import Language

CaseState = Literal["open", "same", "different"]


class Decision(BaseModel):
    """What the bureau decides; `credit_to` is the registration that has the credit instead of the earliest one."""

    model_config = ConfigDict(extra="forbid")

    decision: Verdict
    credit_to: UUID | None = None
    reason: Reason


class Undoing(BaseModel):
    """Why a decision is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Report(BaseModel):
    """Two people whom an officer suspects to be one."""

    model_config = ConfigDict(extra="forbid")

    one: UUID
    other: UUID
    reason: Reason


class Signal(BaseModel):
    """What made two records look like one person."""

    code: str
    detail: str


class Held(BaseModel):
    """A registration of one of the two."""

    id: UUID
    programme: str
    institution_id: UUID
    reporting_unit: str
    state: str
    fact_date: date
    counted_on: date | None
    yields: bool


class Side(BaseModel):
    """One of the two records, masked; `subject_ref` is whom it stands for now."""

    record_ref: UUID
    subject_ref: UUID
    name: str
    birth_date: str | None
    documents: list[DocumentRead]
    registrations: list[Held]


class CaseStepRead(BaseModel):
    """One act on a case; `by` is a client, not a person."""

    version: int
    action: str
    credit_to: UUID | None
    by: str
    role: str
    reason: str
    at: datetime


class CaseNumber(BaseModel):
    """All that an institution or a district sees of a case: its number, and its own registrations it is about."""

    id: UUID
    registrations: list[UUID]


class CaseSummary(BaseModel):
    """A case of the review queue."""

    id: UUID
    state: CaseState
    version: int
    signals: list[Signal]
    credit_to: UUID | None
    found_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, case: Duplicate, language: Language) -> "CaseSummary":
        """In the reader's language."""
        signals = [Signal(code=code, detail=SIGNALS[code].in_(language)) for code in case.signals]
        return cls(**case.model_dump(exclude={"signals", "one", "other"}), signals=signals)


class CaseRead(CaseSummary):
    """A case with both sides next to one another, and what was decided when, by whom, why."""

    sides: list[Side]
    history: list[CaseStepRead]
