"""Answers about milestones."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class CrossingRead(BaseModel):
    """One announcement of a milestone (节点): reached, fallen back, regained."""

    id: int = Field(description="rises in the order of telling")
    quota_id: UUID
    code: str
    programme: str
    unit: str | None
    period_label: str
    percent: int
    kind: Literal["reached", "fallen_back", "regained"]
    generation: int
    episode: int = Field(description="1 for the first time, one more for each time it was regained")
    amount: int = Field(description="the amount it was measured by")
    value: int = Field(description="the headcount after the change")
    counted_on: date
    registration_id: UUID = Field(description="the record that moved the headcount")
    detected_at: datetime
