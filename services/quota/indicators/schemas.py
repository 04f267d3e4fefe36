"""Bodies and answers about indicators."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.indicators.models import Indicator
from services.quota.indicators.rules.figures import written
from services.quota.indicators.rules.judging import Judged, is_yearly
from services.quota.quotas.rules import Attainment
from shared.contracts.reporting import DIRECTIONS
from shared.fields import Day, DocumentNo, Line, OneLine
from shared.problems import Language

TAKEN_OVER = (
    "as_of",
    "completion_percent",
    "expected_percent",
    "source",
    "source_document_no",
    "status",
    "year_on_year_percent",
    "year_on_year_points",
)


class NewValue(BaseModel):
    """A value that a department reports (报送): the figure, the day it stands for, who says so, by which document."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[OneLine, Field(max_length=60)] = Field(
        description="as text, so that it is exact: `2.2`, `60%`, `4,900`, `0.49万件`, `4800亿元`"
    )
    as_of: Day = Field(description="the last day it covers; a year is told by its 31 December")
    source: Line = Field(description="the department (数据来源)")
    document_no: DocumentNo
    reported_on: Day = Field(description="on or after `as_of`")


class ValueRead(BaseModel):
    """A value as it was reported; version 2 and later correct what was reported before."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    indicator_id: UUID
    as_of: date
    version: int
    value: str
    source: str
    document_no: str
    reported_on: date
    known_at: datetime
    reported_by: str


class IndicatorRead(BaseModel):
    """An indicator (指标) and where it stands; null is unknown, which is not zero."""

    id: UUID
    code: str
    name: str
    wording: str
    clause: str
    document_no: str
    kind: str
    comparison: str
    amount: str | None
    amount_max: str | None
    unit: str = Field(description="of `value`")
    horizon: int | None = Field(description="the year by which; null: no year is named")
    yearly: bool = Field(description="the text asks for it every year")
    soft: bool
    version: int
    value: str | None
    as_of: date | None
    year_before: str | None
    year_on_year_percent: str | None
    year_on_year_points: str | None = Field(description="of a share, in percentage points (百分点)")
    completion_percent: str | None
    expected_percent: str | None = Field(description="序时进度, for annual figures")
    status: Attainment | None
    source: str | None = Field(description="数据来源 of `value`: the department, and its document")
    source_document_no: str | None

    @classmethod
    def of(cls, row: Indicator, found: Judged, language: Language) -> Self:
        """An indicator in the reader's language."""
        requirement = row.requirement
        zh = language == "zh"
        figures = {name: getattr(found, name) for name in TAKEN_OVER}
        return cls(
            **figures,
            id=row.id,
            code=row.code,
            name=requirement.name_zh if zh else requirement.name_en,
            wording=requirement.wording_zh if zh else requirement.wording_en,
            clause=requirement.clause,
            document_no=row.document_no,
            kind=requirement.kind,
            comparison=requirement.comparison,
            amount=None
            if requirement.comparison in DIRECTIONS or requirement.amount is None
            else written(requirement.amount),
            amount_max=None if requirement.amount_max is None else written(requirement.amount_max),
            unit=requirement.unit_zh if zh else requirement.unit_en,
            horizon=row.horizon,
            yearly=is_yearly(requirement),
            soft=requirement.soft,
            version=row.version,
            value=None if found.value is None else written(found.value),
            year_before=None if found.year_before is None else written(found.year_before),
        )
