"""Answers about what stands behind the figures."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.counting.rules.heads import Seen
from services.quota.figures.rules import SAID, Boundaries, CountingReason, Month, Why, growth_percent, year_before
from shared.problems import Language


class RecordRead(BaseModel):
    """One record behind a number; whose it is, the registry tells those who may know."""

    ordinal: int = Field(description="its place in counting order, over all institutions and units")
    registration_id: UUID
    subject_ref: UUID
    unit: str
    institution_id: UUID
    counted_on: date


class WhyRead(BaseModel):
    """Whether a registration counts in a quota now, and why not (计数说明)."""

    quota_id: UUID
    registration_id: UUID
    counts: bool
    reason: CountingReason
    detail: str
    credited_to: UUID | None = Field(
        description="the registration of the same subject that has the head, where the reader may see it"
    )
    state: str
    unit: str
    counted_on: date | None

    @classmethod
    def of(cls, quota_id: UUID, one: Seen, found: Why, language: Language) -> Self:
        """The reason in the reader's language."""
        return cls(
            quota_id=quota_id,
            registration_id=one.registration_id,
            counts=found.reason == CountingReason.COUNTS,
            reason=found.reason,
            detail=SAID[found.reason].in_(language),
            credited_to=found.credited_to,
            state=one.state,
            unit=one.reporting_unit,
            counted_on=one.counted_on,
        )


class MonthRead(BaseModel):
    """One month of a quota: `added` is what the month changed in the figure, the rest stands at its end."""

    month: str = Field(description="YYYY-MM")
    added: int
    late: int = Field(description="补报: the part of `added` that was learnt after the month had ended")
    learnt_late: int = Field(description="补报: what was learnt in this month of earlier ones, revocations included")
    year_on_year_percent: str | None = Field(
        description="同比: `added` against the same month a year before; null (“—”) where that was 0 or is unknown"
    )
    year_on_year_basis: Literal["reported", "comparable"] = Field(
        description="comparable (可比口径): a boundary of the unit moved in between; both months are on today's"
    )
    value: int
    gross: int
    net: int
    in_stock: int

    @classmethod
    def each_of(cls, months: Sequence[Month], measure: str, boundaries: Boundaries | None = None) -> list[Self]:
        """Months by the quota's measure; a unit's are compared across the boundaries that moved."""
        reported = {month.month: month.added.measured(measure) for month in months}
        comparable = {month.month: month.added.measured(measure) for month in boundaries.months} if boundaries else {}
        read = []
        for month in months:
            across = boundaries is not None and boundaries.between(month.month)
            added = comparable if across else reported
            read.append(
                cls(
                    month=month.month,
                    added=reported[month.month],
                    late=month.late.measured(measure),
                    learnt_late=month.learnt_late.measured(measure),
                    year_on_year_percent=growth_percent(added.get(month.month, 0), added.get(year_before(month.month))),
                    year_on_year_basis="comparable" if across else "reported",
                    value=month.standing.measured(measure),
                    **month.standing._asdict(),
                )
            )
        return read


class Overlap(BaseModel):
    """Subjects that count in both of two programmes; of a programme with itself, its subjects."""

    programme: str
    other: str
    rule: Literal["allow", "count_once", "forbid"] | None = Field(
        description="what the policy says of one subject in both"
    )
    subjects: int


class OverlapsRead(BaseModel):
    """How far programmes share their subjects (重叠矩阵). Programmes are never added up: people are counted once."""

    items: list[Overlap]
    subjects: int = Field(description="people, organisations and posts together, each once")
    people: int = Field(description="people in any programme, each once")
