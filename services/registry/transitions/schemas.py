from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.fields import Day, DocumentNo, Line, Reason
from services.registry.programmes.rules.calendar import Year
from services.registry.registrations.schemas import RegistrationRead, SubjectRead, Township, UnitCode
from services.registry.transitions.models import Finding
from services.registry.transitions.rules.aftercare import AssessmentResult, Basis, CheckResult, DueKind
from services.registry.transitions.rules.transitions import Action, ExitReason
from shared.problems import Language, Refusal

MOST_IDS = 5_000


class Transition(BaseModel):
    """An act on a registration; which fields it needs is the act's to say (`reason`, decision, `effective_on`)."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    reason: Reason | None = None
    decision_no: DocumentNo | None = None
    decision_date: Day | None = None
    effective_on: Day | None = None
    impact_assessment_ref: Annotated[Line, Field(max_length=100)] | None = None
    exit_reason: ExitReason | None = Field(
        default=None,
        description="退出原因: why it leaves, by the list; taken from `reason` where that says it in its words",
    )
    to: UnitCode | None = Field(default=None, description="transfer: the unit it goes to, or stays with")
    to_institution: UUID | None = Field(default=None, description="transfer: the partner that has it from then on")
    township: Township | None = Field(default=None, description="transfer: the township of the employer from then on")
    override_reason: Reason | None = Field(
        default=None, description="突破名额的理由: recognises beyond the places of a cap; takes two officers"
    )


class Transitions(Transition):
    """The same act on many registrations, each with its own outcome."""

    ids: list[UUID] = Field(min_length=1, max_length=MOST_IDS)


class TransitionRead(RegistrationRead):
    """The registration after the act. `awaiting` is set, and nothing changed, while a second officer is needed."""

    awaiting: Literal["second_officer"] | None = None


class TransitionItem(BaseModel):
    """What came of the act on one registration."""

    id: UUID
    status: int
    state: str | None = None
    version: int | None = None
    awaiting: Literal["second_officer"] | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def refused(cls, registration_id: UUID, refusal: Refusal, language: Language) -> Self:
        """The act was not granted for this one."""
        return cls(id=registration_id, status=refusal.status, problem=refusal.problem(language))


class TransitionItems(BaseModel):
    """What came of the act on each registration, in the order sent."""

    items: list[TransitionItem]


class NewYear(BaseModel):
    """A year's working days as a decree has them: weekdays that are off, and weekend days worked instead (调休)."""

    model_config = ConfigDict(extra="forbid")

    document_no: DocumentNo
    days_off: Annotated[list[Day], Field(max_length=100)]
    days_worked: Annotated[list[Day], Field(max_length=100)]


class YearRead(BaseModel):
    """A year of the working-day calendar. `version` 0: as the package has it, or not loaded."""

    year: int
    source: Literal["decree", "package", "not_loaded"]
    document_no: str | None
    days_off: list[date] = Field(description="weekdays that are off")
    days_worked: list[date] = Field(description="weekend days that are worked")
    version: int

    @classmethod
    def of(cls, number: int, year: Year | None) -> Self:
        """A year as read."""
        if year is None:
            return cls(year=number, source="not_loaded", document_no=None, days_off=[], days_worked=[], version=0)
        return cls(
            year=number,
            source="decree" if year.document_no else "package",
            document_no=year.document_no,
            days_off=sorted(year.off),
            days_worked=sorted(year.worked),
            version=year.version,
        )


class EntryRead(BaseModel):
    """A line of a list for publication: no number, no identifier of any kind."""

    name: str
    institution: str
    reporting_unit: str
    supplementary: bool = Field(description="补充公示: on notice again, after what was shown had changed")


class NoticeRead(BaseModel):
    """A list for publication (公示名单), in the words that are published."""

    programme: str
    programme_zh: str
    programme_en: str
    issuer: str
    first_day: date
    last_day: date | None = Field(description="null once none of them is on notice since that day")
    working_days: int
    draft: bool = Field(description="待第二人发布: not released yet, for officers only")
    entries: list[EntryRead]


class RunningRead(BaseModel):
    """A notice that runs, or waits for the decision: how many entries, and of how many an objection is looked into."""

    programme: str
    first_day: date
    last_day: date
    entries: int
    objected: int


class NoticeMoved(BaseModel):
    """A running notice whose last day another calendar moves."""

    registration_id: UUID
    last_day_before: date
    last_day: date


class YearChanged(YearRead):
    """The year as it is now, or would be; `notices` are the running ones whose last day moves by it."""

    dry_run: bool
    notices: list[NoticeMoved]


MOST_ANNOUNCED = 1_000


class NewAnnouncement(BaseModel):
    """Which registrations to announce again, and why."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ANNOUNCED)]
    reason: Reason


class AnnouncementRead(BaseModel):
    """What was announced again; `passed_over` are those that do not exist or were never told to anybody."""

    id: UUID
    announced: int
    passed_over: list[UUID]


MOST_ITEMS = 1_000


class NewAssessment(BaseModel):
    """An annual assessment (年度考核) of one registration; `rectify` (限期整改) says until when."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["assessment"]
    registration_id: UUID
    found_on: Day
    year: int = Field(ge=2000, le=2199)
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
    """Up to 1,000 findings, each taken or refused on its own."""

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
