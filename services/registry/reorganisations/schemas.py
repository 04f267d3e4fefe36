from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.fields import Day, DocumentNo, Filled, Reason
from services.registry.organisations.schemas import OrganisationNamed

MOST_SUCCESSORS = 20

Code = Annotated[str, Field(max_length=100)]


class Successor(BaseModel):
    """An organisation that others went into, or that came of one."""

    model_config = ConfigDict(extra="forbid")

    uscc: Code
    name: Annotated[Filled, Field(max_length=200)]


class NewReorganisation(BaseModel):
    """A merger of one organisation into another, or a split (合并、分立).

    A merger has one successor. After a split the old one `continues`, or `heir_uscc` has its titles and posts.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["merger", "split"]
    old_uscc: Code
    successors: list[Successor] = Field(min_length=1, max_length=MOST_SUCCESSORS)
    continues: bool = False
    heir_uscc: Code | None = None
    effective_on: Day
    decision_no: DocumentNo
    reason: Reason


class Undoing(BaseModel):
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
