from collections.abc import Mapping
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import ApprovalRead, RegistrationRead, Township, UnitCode
from services.registry.transitions.rules.dates import TransitionDates
from services.registry.transitions.rules.requests import ExitReason
from services.registry.transitions.rules.workflow import Action
from shared import clock
from shared.fields import Day, DocumentNo, Instant, Line, Reason
from shared.problems import Language, Refusal

MOST_IDS = 5_000


class Transition(BaseModel):
    """A transition as requested (办理事项); what else it needs, such as `reason` or a decision, the workflow says."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    reason: Reason | None = None
    decision_no: DocumentNo | None = None
    decision_date: Day | None = None
    effective_on: Day | None = None
    received_at: Instant | None = Field(
        default=None, description="object: the moment the objection came; in time to 24:00 of the last notice day"
    )
    impact_assessment_ref: Line | None = None
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

    def dates_with(self, registration: Registration) -> TransitionDates:
        """The days it names, with those of the registration that they must fit."""
        return TransitionDates(
            self.decision_date,
            self.effective_on,
            registration.counted_on,
            registration.ended_on,
            registration.notice_last_day,
            clock.business_date(registration.updated_at),
            clock.business_date(self.received_at) if self.received_at else None,
            self.received_at is not None and self.received_at > clock.now(),
        )


class Transitions(Transition):
    """The same transition of many registrations, each with its own outcome."""

    ids: list[UUID] = Field(min_length=1, max_length=MOST_IDS)


class TransitionRead(RegistrationRead):
    """The registration afterwards. `awaiting` is set, and nothing changed, while a second officer is needed.

    `approval` says then what is awaited; `instead_of` in it which request before was void, and what changed.
    """


class TransitionItem(BaseModel):
    """What came of the transition of one registration."""

    id: UUID
    status: int
    state: str | None = None
    version: int | None = None
    awaiting: Literal["second_officer"] | None = None
    approval: ApprovalRead | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def refused(cls, registration_id: UUID, refusal: Refusal, language: Language) -> Self:
        """It was not granted for this one."""
        return cls(id=registration_id, status=refusal.status, problem=refusal.problem(language))


class TransitionItems(BaseModel):
    """What came of the transition of each registration, in the order sent."""

    items: list[TransitionItem]

    def after(self, changed: Mapping[UUID, Registration]) -> Self:
        """The same where some registrations have changed since."""
        items = []
        for item in self.items:
            now = changed.get(item.id, item)
            items.append(item.model_copy(update={"state": now.state, "version": now.version}))
        return self.model_copy(update={"items": items})
