from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.registrations.schemas import SubjectRead
from services.registry.transitions.models import Finding
from services.registry.transitions.rules.aftercare import AssessmentResult, Basis, CheckResult, DueKind
from shared.fields import Day, DocumentNo, Reason, Whole
from shared.problems import Language, Refusal

MOST_ITEMS = 1_000


class NewAssessment(BaseModel):
    """An annual assessment (年度考核) of one registration; `rectify` (限期整改) says until when."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["assessment"]
    registration_id: UUID
    found_on: Day
    year: Whole = Field(ge=2000, le=2199)
    result: AssessmentResult
    rectify_by: Day | None = None
    remark: Reason | None = None
    document_no: DocumentNo | None = None


class NewCheck(BaseModel):
    """A retention check (在岗核查) of one registration, and what it rests on (社保、个税、合同、现场)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["retention_check"]
    registration_id: UUID
    found_on: Day
    basis: Basis
    result: CheckResult
    remark: Reason | None = None
    document_no: DocumentNo | None = None


NewFinding = Annotated[NewAssessment | NewCheck, Field(discriminator="kind")]


class NewFindings(BaseModel):
    """Up to 1,000 findings, each kept or refused on its own."""

    model_config = ConfigDict(extra="forbid")

    items: list[NewFinding] = Field(min_length=1, max_length=MOST_ITEMS)


class FindingRead(BaseModel):
    """A finding as shown; `by` is a client, not a person."""

    id: UUID
    registration_id: UUID
    kind: str
    found_on: date
    year: int | None
    result: str
    basis: str | None
    rectify_by: date | None
    remark: str | None
    document_no: str | None
    by: str
    role: str
    at: datetime

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """As shown to whoever may see the registration."""
        return cls.model_validate(finding, from_attributes=True)


class FindingItem(BaseModel):
    """What came of one item: the finding, or the problem."""

    index: int
    status: int
    finding: FindingRead | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def of(cls, index: int, outcome: Finding | Refusal, language: Language) -> Self:
        """The outcome of an item in the order sent."""
        if isinstance(outcome, Refusal):
            return cls(index=index, status=outcome.status, problem=outcome.problem(language))
        return cls(index=index, status=201, finding=FindingRead.of(outcome))


class FindingItems(BaseModel):
    """What came of every item, in the order sent."""

    items: list[FindingItem]


class DueRead(BaseModel):
    """Something due of a registration: an assessment, a check, a rectification, the end of its term or service."""

    kind: DueKind
    due_on: date
    registration_id: UUID
    programme: str
    reporting_unit: str
    institution_id: UUID
    subject: SubjectRead
