"""Events of placements at internship bases (见习); nothing personal."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events import Event


class PlacementRecorded(Event):
    """见习记录: a placement as it stands; a higher version replaces a lower one"""

    type: ClassVar[str] = "registry.placement.recorded.v1"
    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"

    placement_id: UUID
    version: int = Field(ge=1)
    base_id: UUID = Field(description="the registration of the base")
    reporting_unit: str
    subject_ref: UUID
    state: Literal["active", "finished", "hired", "left"]
    started_on: date
    months: int
    first_day_counts: bool
    last_day: date
    finished_on: date | None = None
    hired_on: date | None = None
    left_on: date | None = None

    @property
    def key(self) -> str:
        """In order with what is told of the person's registrations."""
        return str(self.subject_ref)
