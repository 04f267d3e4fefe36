from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.corrections.rules import SIGNALS, Verdict
from services.registry.registrations.schemas import UnitCode
from services.registry.subjects.models.people import Duplicate
from services.registry.subjects.schemas.organisations import OrganisationNamed
from services.registry.subjects.schemas.people import DocumentRead
from shared.fields import Day, DocumentNo, Flag, Name, Reason, Written
from shared.problems import Language

CaseState = Literal["open", "same", "different"]


class DuplicateDecision(BaseModel):
    """What the bureau decides; `credit_to` is the registration that has the credit instead of the earliest one."""

    model_config = ConfigDict(extra="forbid")

    decision: Verdict
    credit_to: UUID | None = None
    reason: Reason


class UndoingDecision(BaseModel):
    """Why a decision is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class DuplicateReport(BaseModel):
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


class CaseHistoryRead(BaseModel):
    """What was once done to a case; `by` is a client, not a person."""

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
        return cls(**case.model_dump(exclude={"signals", "one", "other", "claim"}), signals=signals)


class RefusedFilingRead(BaseModel):
    """What another institution filed beside `registration_id`, and was refused; for the bureau alone."""

    registration_id: UUID
    programme: str
    institution_id: UUID
    reporting_unit: str
    fact_date: date
    filed_at: datetime


class CaseRead(CaseSummary):
    """A case with both sides next to one another, and what was decided when, by whom, why.

    Where one person is claimed by two institutions there is one side, and the filing that was refused.
    """

    sides: list[Side]
    refused_filing: RefusedFilingRead | None
    history: list[CaseHistoryRead]


MOST_SUCCESSORS = 20


class Successor(BaseModel):
    """An organisation that others went into, or that came of one."""

    model_config = ConfigDict(extra="forbid")

    uscc: Written
    name: Name


class NewReorganisation(BaseModel):
    """A merger of one organisation into another, or a split (合并、分立).

    A merger has one successor. After a split the old one `continues`, or `heir_uscc` has its titles and posts.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["merger", "split"]
    old_uscc: Written
    successors: list[Successor] = Field(min_length=1, max_length=MOST_SUCCESSORS)
    continues: Flag = False
    heir_uscc: Written | None = None
    effective_on: Day
    decision_no: DocumentNo
    reason: Reason


class UndoingReorganisation(BaseModel):
    """Why a reorganisation is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ReorganisationRead(BaseModel):
    """A reorganisation as recorded, and what it did."""

    id: UUID
    kind: Literal["merger", "split"]
    old: OrganisationNamed
    successors: list[OrganisationNamed]
    heir: OrganisationNamed | None = Field(description="who has titles and posts; null: the old one goes on")
    effective_on: date
    decision_no: str
    reason: str
    carried: list[UUID] = Field(description="registrations that are the heir's now")
    collapsed: list[UUID] = Field(description="cancelled from that day on, because the heir has one of the kind")
    posts: int = Field(description="posts the heir is host of now")
    pending: list[UUID] = Field(description="registrations not decided then; they stay with the code that ended")
    by: str
    at: datetime
    undone_by: str | None
    undone_reason: str | None
    undone_at: datetime | None


class NewBoundaryChange(BaseModel):
    """A succession of the policy pack to carry out, on what document and why."""

    model_config = ConfigDict(extra="forbid")

    old: UnitCode
    new: UnitCode
    effective_on: Day
    decision_no: DocumentNo
    reason: Reason


class BoundaryChangeRead(BaseModel):
    """What became of the registrations of the old unit that count from before the day."""

    old: str
    new: str
    effective_on: date
    dry_run: bool
    moved: int = Field(description="their township went to the new unit, and their credit with it")
    staying: int = Field(description="their township stays")
    unknown: int = Field(
        description="乡镇待核实: GET /v1/registrations?township_unknown=true; once stated, carry the change out again"
    )
