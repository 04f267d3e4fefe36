"""Answers about what stands behind the figures."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.records.rules import Month


class RecordRead(BaseModel):
    """One record behind a number; whose it is, the registry tells those who may know."""

    ordinal: int = Field(description="its place in counting order, over all institutions and units")
    registration_id: UUID
    subject_ref: UUID
    unit: str
    institution_id: UUID
    counted_on: date


class MonthRead(BaseModel):
    """One month of a quota: `added` is what the month changed in the figure, the rest stands at its end."""

    month: str = Field(description="YYYY-MM")
    added: int
    value: int
    gross: int
    net: int
    in_stock: int

    @classmethod
    def of(cls, month: Month, measure: str) -> Self:
        """A month by the quota's measure."""
        return cls(
            month=month.month,
            added=month.added.measured(measure),
            value=month.standing.measured(measure),
            **month.standing._asdict(),
        )


class Overlap(BaseModel):
    """Subjects that count in both of two programmes; of a programme with itself, its subjects."""

    programme: str
    other: str
    subjects: int


class OverlapsRead(BaseModel):
    """How far programmes share their subjects (重叠矩阵). Programmes are never added up: people are counted once."""

    items: list[Overlap]
    subjects: int = Field(description="people, organisations and posts together, each once")
    people: int = Field(description="people in any programme, each once")
