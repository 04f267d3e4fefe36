"""Answers about quotas."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Measure, QuotaComparison, QuotaKind
from shared.contracts.pace import PaceRule
from shared.contracts.policy import Basis


class PeriodRead(BaseModel):
    """The stretch of time a quota is for, both days included, and who says so (依据)."""

    start: date
    end: date | None
    basis: Basis
    label: str

    @classmethod
    def of(cls, quota: Quota) -> Self:
        """The period of a quota."""
        return cls.model_validate(
            {"start": quota.starts_on, "end": quota.ends_on, "basis": quota.basis, "label": quota.label}
        )


class QuotaRead(BaseModel):
    """A quota (目标任务) as it stands now."""

    id: UUID
    code: str
    programme: str = Field(description="the programme shown; `programmes` are all whose registrations count")
    programmes: list[str]
    where: dict[str, list[str]] = Field(description="only registrations whose class has one of these values count")
    unit: str | None = Field(description="null: the whole city")
    kind: QuotaKind
    comparison: QuotaComparison
    amount: int
    amount_max: int | None
    tolerance_percent: int
    measure: Measure
    period: PeriodRead
    milestones: list[int] = Field(description="percent of the amount")
    clause: str
    wording_zh: str
    wording_en: str
    measure_word_zh: str
    measure_word_en: str
    city_pool: bool = Field(description="全市统筹: units contribute and have no amount of their own")
    document_no: str | None = Field(description="发文字号; null for a quota the bureau laid down by itself")
    parent_id: UUID | None = Field(description="the city's quota of whose amount this is a unit's share (任务分解)")
    pace: PaceRule = Field(description="how its pace (序时进度) is measured")
    generation: int = Field(description="1, and one more for each time the milestones were measured anew")
    version: int
    awaiting: Literal["second_officer"] | None = None

    @classmethod
    def of(cls, quota: Quota, awaiting: Literal["second_officer"] | None = None) -> Self:
        """A quota as it is read."""
        own = {name: getattr(quota, name) for name in cls.model_fields if name not in ("period", "pace", "awaiting")}
        made = {"period": PeriodRead.of(quota), "pace": quota.pace_rule, "awaiting": awaiting}
        return cls.model_validate(own | made)


class RevisionRead(BaseModel):
    """An amount that a quota has or had (目标调整), from a day on, by a document."""

    generation: int = Field(description="1: the amount it was laid down with")
    amount: int
    effective_on: date
    document_no: str = Field(description="发文字号")
    known_at: datetime = Field(description="when it came into force here")
    value: int = Field(description="the headcount at that time")
