from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic import StringConstraints as Text_

from services.registry.corrections.models import SubjectRequest, said_in
from services.registry.subjects.rules.documents import Gender
from services.registry.subjects.schemas.people import PersonSubject
from shared.fields import SOME_LINES, AsTyped, BirthDate, Day, Reason

RequestKind = Literal["access", "copy", "correction", "restriction", "erasure"]
RequestState = Literal["open", "awaiting", "fulfilled", "refused", "withdrawn"]
Applicant = Literal["self", "agent", "heir"]
Ground = Literal["purpose_ended", "consent_withdrawn", "retention_ended", "unlawful", "service_ended"]


class WhyRestricted(BaseModel):
    """Why a person's data is restricted, or used again."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason


class RestrictedRead(BaseModel):
    """Whether a person's data is restricted now (限制处理), and in how many registrations."""

    subject_ref: UUID
    restricted: bool
    registrations: int


class NewSubjectRequest(BaseModel):
    """What a person asks for (个人权利请求): themselves, by an agent or an heir; an officer checked who they are."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    subject_ref: UUID
    kind: RequestKind = Field(description="查阅, 复制, 更正, 限制处理, 删除")
    applicant: Applicant = Field(default="self", description="本人, 代理人, 近亲属")
    received_on: Day | None = Field(default=None, description="today where it is left out")
    reason: Reason = Field(description="what the person says; it is kept sealed")


class CorrectedPerson(BaseModel):
    """What is right; a number is corrected at `/v1/people/{subject_ref}/documents/{document_id}/corrections`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: AsTyped | None = Field(default=None, max_length=400)
    birth_date: BirthDate | None = None
    gender: Gender | None = None


class RequestAnswer(BaseModel):
    """What the bureau answers; a refusal has its reason. An erasure names its ground (PIPL 47)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    decision: Literal["fulfil", "refuse", "withdraw"]
    reason: Reason
    ground: Ground | None = Field(
        default=None,
        description="of an erasure: 目的已实现或不再必要, 撤回同意, 保存期限届满, 违法处理, 停止服务",
    )
    corrected: CorrectedPerson | None = Field(default=None, description="of a correction: what is right")


class SubjectRequestRead(BaseModel):
    """A request as it stands; `answer_by` is the last day to answer it."""

    id: UUID
    subject_ref: UUID
    kind: RequestKind
    applicant: Applicant
    received_on: date
    answer_by: date
    statement: str
    state: RequestState
    version: int
    awaiting: Literal["second_officer"] | None = None
    ground: Ground | None
    reason: str | None
    entered_by: str
    entered_at: datetime
    answered_by: str | None
    seconded_by: str | None
    answered_at: datetime | None

    @classmethod
    def of(cls, row: SubjectRequest) -> Self:
        """As shown."""
        kept = row.model_dump(exclude={"awaiting", "sealed", "person_id"})
        waiting = "second_officer" if row.state == "awaiting" else None
        return cls(**kept, subject_ref=row.person_id, statement=said_in(row), awaiting=waiting)


class EndedRetention(BaseModel):
    """Whose retention is over (保存期限届满): how many people, with how many registrations; the first 200 people."""

    dry_run: bool
    people: int
    registrations: int
    awaiting: Literal["second_officer"] | None = None


NoticeText = Annotated[str, Text_(strip_whitespace=True, min_length=1, max_length=20_000, pattern=SOME_LINES)]


class NewPrivacyNotice(BaseModel):
    """What people are to be told of what is done with their data (告知书), in both languages."""

    model_config = ConfigDict(extra="forbid")

    zh: NoticeText
    en: NoticeText


class PrivacyNoticeRead(BaseModel):
    """A notice as it was put; the newest is in force. `awaiting`: another officer has to put the same."""

    version: int
    zh: str
    en: str
    by: str
    second_by: str | None
    at: datetime
    awaiting: Literal["second_officer"] | None = None


class DossierDocument(BaseModel):
    """A document of the person, in clear."""

    id_type: str
    id_country: str
    id_number: str
    recorded_at: datetime
    replaced_at: datetime | None


class DossierRegistration(BaseModel):
    """A registration of the person, with what was stated for it."""

    id: UUID
    programme: str
    institution: str
    reporting_unit: str
    township: str | None
    state: str
    fact_date: date
    details: dict[str, Any]
    external_ref: str | None
    counted_on: date | None
    ended_on: date | None
    decision_no: str | None
    privacy_notice: int | None = Field(description="the version in force when it was entered")
    stated: PersonSubject


class Dossier(BaseModel):
    """All that is kept of a person, in clear (查阅、复制): for the person alone."""

    request_id: UUID
    subject_ref: UUID
    made_at: datetime
    documents: list[DossierDocument]
    registrations: list[DossierRegistration]
    placements: list[dict[str, Any]] = Field(description="placements at internship bases: days and state")
