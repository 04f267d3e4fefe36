from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.registry.programmes.rules.attributes import attributes_of, with_later
from services.registry.programmes.rules.terms import service_until, term_of
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.rules import BESIDE_OTHERS, HINTS, SEES_ALL
from services.registry.subjects.schemas.organisations import (
    OrganisationRead,
    OrganisationSubject,
    PostRead,
    PostSubject,
)
from services.registry.subjects.schemas.people import PersonRead, PersonSubject, Warned
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import Spell
from shared.fields import Day, Flag, IfGiven, Line, Word
from shared.problems import Language, Refusal

MOST_ITEMS = 1_000
CLEARABLE = ("township", "external_ref")

Subject = Annotated[PersonSubject | OrganisationSubject | PostSubject, Field(discriminator="kind")]
SubjectRead = PersonRead | OrganisationRead | PostRead
Township = Word
UnitCode = Word


class StatedRegistration(BaseModel):
    """What is stated of a registration, whatever the programme; `institution_id` is for the bureau to give."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    submit: Flag = False
    subject: Subject
    reporting_unit: UnitCode
    township: Township | None = None
    fact_date: Day
    details: dict[str, Any] = Field(default_factory=dict, max_length=60)
    external_ref: Line | None = None
    institution_id: UUID | None = None


class NewRegistration(StatedRegistration):
    """A registration as posted. Without `submit` it stays a draft."""

    programme: Word


class TriedRegistration(StatedRegistration):
    """A registration to try, as if submitted; its programme is that of the address."""

    programme: Word | None = None


class CheckReason(BaseModel):
    """One thing that a programme's rules say of a registration, in both languages."""

    pointer: str | None
    code: str
    effect: Literal["refuses", "warns", "informs"]
    zh: str
    en: str


class CheckRead(BaseModel):
    """What would come of a registration (试算结果); a person decides what is for review."""

    verdict: Literal["recognised", "for_review", "refused"]
    reasons: list[CheckReason]
    attributes: dict[str, bool]
    term: "TermRead | None"


class RegistrationChange(BaseModel):
    """What may change of a draft or a returned registration; what is left out stays, null clears an optional field."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    subject: IfGiven[Subject] = None
    reporting_unit: IfGiven[UnitCode] = None
    township: Township | None = None
    fact_date: IfGiven[Day] = None
    details: Annotated[IfGiven[dict[str, Any]], Field(max_length=60)] = None
    external_ref: Line | None = None

    def stated(self) -> dict[str, Any]:
        """The changes asked for."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if value is not None or name in CLEARABLE}


A_REGISTRATION: JsonDict = {"$ref": "#/components/schemas/NewRegistration"}
ANYTHING_ELSE: JsonDict = {"description": "an item that is none is refused on its own: status 422 in its place"}


class RegistrationBatch(BaseModel):
    """Up to 1,000 registrations, each registered or refused on its own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"properties": {"items": {"items": {"anyOf": [A_REGISTRATION, ANYTHING_ELSE]}}}},
    )

    items: list[Any] = Field(min_length=1, max_length=MOST_ITEMS)


class TermRead(BaseModel):
    """A term (期限): its last day, and the day on which to remind of it."""

    last_day: date
    remind_on: date


class SeenChange(BaseModel):
    """A field that is otherwise than the first officer saw it; of the subject and the rules only that they are."""

    field: str
    before: Any = None
    after: Any = None


class VoidedBy(BaseModel):
    """The act that made a request void: by whom, when, and the version it led to."""

    action: str
    by: str
    at: datetime
    version: int


class FormerApproval(BaseModel):
    """A first officer's request that became void, and what is otherwise than that officer saw it (首办作废)."""

    action: str
    by: str
    at: datetime
    version: int
    void: bool
    voided_by: VoidedBy | None = Field(default=None, description="null where what is behind the registration changed")
    changed: list[SeenChange]


class ApprovalRead(FormerApproval):
    """What one officer requested and another has to (双人复核): who, when, of which version, with what content.

    `void`: the registration, its subject, the rules or the calendar are otherwise by now, and a new request is needed.
    """

    wanted: dict[str, Any]
    instead_of: FormerApproval | None = None


class RegistrationRead(BaseModel):
    """A registration as shown; personal values are masked."""

    id: UUID
    programme: str
    state: str
    version: int
    subject: SubjectRead
    subject_ref: UUID
    institution_id: UUID
    reporting_unit: str
    township: str | None
    gb2260: str | None = Field(description="the statutory division on the fact date, where it is known")
    spells: list[Spell] = Field(description="units it was with before `reporting_unit`, each until a day")
    fact_date: date
    details: dict[str, Any]
    attributes: dict[str, bool] = Field(
        description="what follows from the details and from what was recorded since, as the programme says"
    )
    term: TermRead | None = Field(description="null until its start, its months and its way of counting are given")
    external_ref: str | None
    counted_on: date | None
    service_until: date | None = Field(default=None, description="服务期: null where the programme asks for no service")
    ended_on: date | None = Field(description="the first day on which it is out of stock")
    exit_reason: str | None
    decision_no: str | None
    decision_date: date | None
    notice_first_day: date | None
    notice_last_day: date | None
    revocation_status: str | None = Field(description="decided, under_review, final, overturned; null: never revoked")
    contest_until: date | None = Field(description="until when a revocation can be contested; days off not reckoned")
    warnings: list[Warned]
    restricted: bool = Field(default=False, description="限制处理: kept and counted, and used for nothing else")
    created_at: datetime
    updated_at: datetime
    awaiting: Literal["second_officer"] | None = None
    approval: ApprovalRead | None = Field(
        default=None, description="what one officer requested and another has to; shown to officers and auditors"
    )

    @classmethod
    def of(
        cls,
        registration: Registration,
        subject: SubjectRead,
        programme: Programme,
        language: Language,
        reader: Caller,
    ) -> Self:
        """As shown in the reader's language, to them.

        Without what an institution or a district may not learn of other records (他单位登记情况).
        """
        warnings = [
            Warned(code=each["code"], severity=each["severity"], detail=each[language])
            for each in registration.warnings
            if reader.role in SEES_ALL or each["code"] not in HINTS
        ]
        own = registration.model_dump(exclude={"warnings", "subject_kind", "awaiting", "began_with"})
        details = with_later(registration.details, registration.later_details)
        if registration.restricted:
            own, details, warnings = own | {"details": {}, "external_ref": None}, {}, []
        attributes = attributes_of([] if registration.restricted else programme.attributes, details)
        term = term_of(programme.term, details, registration.counted_on)
        return cls(
            **own,
            subject=subject,
            warnings=warnings,
            attributes=attributes,
            term=TermRead(**term._asdict()) if term else None,
            service_until=service_until(programme.aftercare, registration.counted_on),
        )

    def with_approval(self, approval: ApprovalRead | None) -> Self:
        """The same, with what awaits a second officer."""
        awaiting = "second_officer" if approval and not approval.void else None
        return self.model_copy(update={"awaiting": awaiting, "approval": approval})


class BatchItem(BaseModel):
    """What came of one item of a batch: the status it would have had alone, and the registration or the problem."""

    index: int
    status: int
    registration: RegistrationRead | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def refused(cls, index: int, refusal: Refusal, language: Language) -> Self:
        """An item that was refused."""
        return cls(index=index, status=refusal.status, problem=refusal.problem(language))


class BatchOutcome(BaseModel):
    """What came of every item, in the order they were sent."""

    items: list[BatchItem]

    def with_registrations(self, changed: Mapping[UUID, RegistrationRead]) -> Self:
        """The same where some registrations have changed since."""
        items = [
            item.model_copy(update={"registration": changed.get(item.registration.id, item.registration)})
            if item.registration
            else item
            for item in self.items
        ]
        return self.model_copy(update={"items": items})


class HistoryEntryRead(BaseModel):
    """One entry of a registration's history; `by` and `second_by` are clients, not people."""

    version: int
    action: str
    state: str
    by: str
    role: str
    second_by: str | None
    reason: str | None
    decision_no: str | None
    decision_date: date | None
    effective_on: date | None
    received_at: datetime | None = Field(description="when an objection came, where that was stated")
    impact_assessment_ref: str | None
    override_reason: str | None
    moved_to: str | None = Field(description="the unit it was moved to")
    exit_reason: str | None
    at: datetime
    voids: dict[str, Any] | None = Field(
        default=None, description="the first officer's request that it made void: action, by, at, version"
    )

    @classmethod
    def of(cls, entry: HistoryEntry, reader: Caller) -> Self:
        """As shown to a reader: why two records are one person, or no longer, speaks of others' and is the bureau's."""
        read = cls.model_validate(entry, from_attributes=True)
        if entry.action in BESIDE_OTHERS and reader.role not in SEES_ALL:
            read.reason = None
        return read
