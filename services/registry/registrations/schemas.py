from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.organisations.schemas import OrganisationRead, OrganisationSubject, PostRead, PostSubject
from services.registry.people.schemas import PersonRead, PersonSubject, Warned
from services.registry.programmes.rules.attributes import attributes_of, with_later
from services.registry.programmes.rules.terms import service_until, term_of
from services.registry.registrations.models import Registration
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


class RegistrationBatch(BaseModel):
    """Up to 1,000 registrations, each registered or refused on its own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"properties": {"items": {"items": {"$ref": "#/components/schemas/NewRegistration"}}}},
    )

    items: list[Any] = Field(min_length=1, max_length=MOST_ITEMS)


class TermRead(BaseModel):
    """A term (期限): its last day, and the day on which to remind of it."""

    last_day: date
    remind_on: date


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
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, registration: Registration, subject: SubjectRead, programme: Programme, language: Language) -> Self:
        """As shown in the reader's language."""
        warnings = [
            Warned(code=each["code"], severity=each["severity"], detail=each[language])
            for each in registration.warnings
        ]
        own = registration.model_dump(exclude={"warnings", "subject_kind"})
        details = with_later(registration.details, registration.later_details)
        attributes = attributes_of(programme.attributes, details)
        term = term_of(programme.term, details, registration.counted_on)
        return cls(
            **own,
            subject=subject,
            warnings=warnings,
            attributes=attributes,
            term=TermRead(**term._asdict()) if term else None,
            service_until=service_until(programme.aftercare, registration.counted_on),
        )


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
