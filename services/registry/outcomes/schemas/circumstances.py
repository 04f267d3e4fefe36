from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.outcomes.models import Circumstance
from services.registry.subjects.schemas.people import PersonRead, PersonSubject
from shared.contracts.attributes import FollowedAttribute
from shared.fields import Day, Reason
from shared.problems import Language, Refusal

MOST_ITEMS = 1_000


class StatedCircumstance(BaseModel):
    """Something that follows a recognition, from a day on; `corrects` names what it replaces, and `reason` says why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    effective_on: Day = Field(description="生效日期: the day from which it counts")
    corrects: UUID | None = None
    reason: Reason | None = None


class StatedDay(StatedCircumstance):
    """A post fell vacant (空缺), a person settled (落户) or has the second certificate (双证): `value` is the day."""

    attribute: Literal["vacant_since", "settled_on", "second_certificate"]
    value: Day | None = Field(default=None, description="the day itself; left out, the day it is effective")


class Holder(PersonSubject):
    """Who holds a post from the day on, and the programme's details of them (离校日期、期限 …)."""

    kind: Literal["person"] = "person"
    details: dict[str, Any] = Field(default_factory=dict, max_length=60)


class StatedHolder(StatedCircumstance):
    """A post changed hands, or is held again (在岗人员)."""

    attribute: Literal["holder"]
    value: Holder


NewFact = Annotated[StatedDay | StatedHolder, Field(discriminator="attribute")]


class NewFactItem(BaseModel):
    """A fact of one registration."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    registration_id: UUID
    fact: NewFact


class FactBatch(BaseModel):
    """Up to 1,000 facts, each recorded or refused on its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    items: list[NewFactItem] = Field(min_length=1, max_length=MOST_ITEMS)


class FactWithdrawal(BaseModel):
    """Why a fact is withdrawn (撤回)."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class FactRead(BaseModel):
    """A fact of a registration (认定后情况) by both clocks; a holder is masked, and `recorded_by` a client."""

    id: UUID
    registration_id: UUID
    attribute: FollowedAttribute
    value: date | PersonRead
    subject_ref: UUID | None = Field(description="of a holder; null otherwise")
    effective_on: date
    recorded_at: datetime
    recorded_by: str
    corrects: UUID | None
    withdrawn_at: datetime | None = Field(description="since when it stands no more; null while it stands")
    withdrawn_by: str | None
    withdrawn_reason: str | None

    @classmethod
    def of(cls, row: Circumstance, people: Mapping[UUID, PersonRead], subjects: Mapping[UUID, UUID]) -> Self:
        """As shown to whoever may see the registration."""
        holder = people.get(row.id)
        return cls.model_validate(
            row.model_dump(exclude={"stated"})
            | {
                "value": holder or row.day,
                "subject_ref": subjects[row.record_ref] if row.record_ref else None,
                "recorded_by": row.by,
            }
        )


class FactItemRead(BaseModel):
    """What came of one item: the fact, or the problem."""

    index: int
    status: int
    fact: FactRead | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def of(cls, index: int, outcome: tuple[FactRead, int] | Refusal, language: Language) -> Self:
        """The outcome of an item in the order sent."""
        if isinstance(outcome, Refusal):
            return cls(index=index, status=outcome.status, problem=outcome.problem(language))
        fact, status = outcome
        return cls(index=index, status=status, fact=fact)


class FactItems(BaseModel):
    """What came of every item, in the order sent."""

    items: list[FactItemRead]
