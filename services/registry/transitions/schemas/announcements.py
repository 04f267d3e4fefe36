from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.facts import Fact
from shared.fields import Reason
from shared.web import Page

MOST_ANNOUNCED = 1_000


class SignedFacts(Page[Fact]):
    """A page of what registrations count as, signed by the registry."""

    signature: str = Field(description="what a rebuild of quota asks for with these items; good for an hour")


class NewAnnouncement(BaseModel):
    """Which registrations to announce again, and why."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ANNOUNCED)]
    reason: Reason


class AnnouncementRead(BaseModel):
    """What was announced again; `passed_over` are those that do not exist or were never announced."""

    id: UUID
    announced: int
    passed_over: list[UUID]
