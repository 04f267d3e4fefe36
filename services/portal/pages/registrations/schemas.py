"""What the registry answers about registrations, as far as pages show it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.portal.client.details import CodeAnswer
from services.portal.client.schemas import ServiceAnswer


class OpenAction(CodeAnswer):
    """What the visitor's role may do in some states, and what it has to state."""

    sources: list[str]
    workflows: list[str]
    statuses: list[str]
    needs: list[str]
    optional: list[str]
    second_officer: bool


class WorkflowAnswer(ServiceAnswer):
    """The workflow for the visitor's role."""

    states: list[CodeAnswer]
    actions: list[OpenAction]
    exit_reasons: list[CodeAnswer]
    amendable: list[str] = []


class UnitChoice(ServiceAnswer):
    """A reporting unit."""

    code: str
    name_zh: str
    name_en: str
    valid_to: date | None = None


class InstitutionAnswer(ServiceAnswer):
    """An institution that registers."""

    id: UUID
    name: str


class SubjectShown(ServiceAnswer):
    """A person, an organisation or a post, as the registry shows it."""

    kind: str
    name: str
    id_type: str = ""
    id_number: str = ""
    uscc: str = ""
    post_code: str = ""
    host_uscc: str = ""

    @property
    def number(self) -> str:
        """What tells it from others of its name."""
        return self.id_number or self.uscc or self.post_code


class WarningAnswer(ServiceAnswer):
    """Something to look at."""

    severity: str
    detail: str


class ChangeAnswer(ServiceAnswer):
    """A field that is otherwise than the first officer saw it."""

    field: str
    before: Any = None
    after: Any = None


class ApprovalAnswer(ServiceAnswer):
    """What one officer requested and another has to."""

    action: str
    by: str
    at: datetime
    void: bool
    changed: list[ChangeAnswer] = []
    wanted: dict[str, Any] = {}

    @property
    def beyond(self) -> str | None:
        """Why the first officer goes beyond the places, where they do (突破理由)."""
        return self.wanted.get("override_reason")


class RegistrationShown(ServiceAnswer):
    """A registration, masked."""

    id: UUID
    programme: str
    state: str
    version: int
    subject: SubjectShown
    subject_ref: UUID
    institution_id: UUID | None = None
    reporting_unit: str
    township: str | None = None
    fact_date: date
    details: dict[str, Any] = {}
    counted_on: date | None = None
    service_until: date | None = None
    ended_on: date | None = None
    decision_no: str | None = None
    decision_date: date | None = None
    notice_first_day: date | None = None
    notice_last_day: date | None = None
    revocation_status: str | None = None
    warnings: list[WarningAnswer] = []
    external_ref: str | None = None
    restricted: bool = False
    created_at: datetime
    awaiting: str | None = None
    approval: ApprovalAnswer | None = None


class SearchAnswer(ServiceAnswer):
    """What a search found, the newest first."""

    items: list[RegistrationShown]


class ActAnswer(ServiceAnswer):
    """One act on a registration."""

    version: int
    action: str
    state: str
    by: str
    role: str
    second_by: str | None = None
    reason: str | None = None
    decision_no: str | None = None
    beyond: str | None = Field(default=None, validation_alias="override_reason")
    at: datetime


class CircumstanceShown(ServiceAnswer):
    """What followed a recognition, from a day on; a holder is masked."""

    id: UUID
    attribute: str
    value: date | SubjectShown
    effective_on: date
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


class ItemProblem(ServiceAnswer):
    """Why one of many was refused."""

    title: str = ""
    detail: str = ""


class OneOfMany(ServiceAnswer):
    """What came of an act on one of many."""

    id: UUID
    status: int
    state: str | None = None
    awaiting: str | None = None
    problem: ItemProblem | None = None


class ManyAnswer(ServiceAnswer):
    """What came of an act on many."""

    items: list[OneOfMany]


class ReasonAnswer(ServiceAnswer):
    """One thing that the rules say of a registration that was tried."""

    effect: str
    zh: str
    en: str


class CheckAnswer(ServiceAnswer):
    """What would come of a registration."""

    verdict: str
    reasons: list[ReasonAnswer]


class ClearAnswer(ServiceAnswer):
    """The clear values of a registration's subject."""

    subject: dict[str, Any] = Field(repr=False)


class ActDone(ServiceAnswer):
    """Something was done; what, the next page shows."""
