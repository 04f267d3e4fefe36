from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import Day, DocumentNo
from shared.working_days import Year


class NewYear(BaseModel):
    """A year's working days as a decree has them: weekdays that are off, and weekend days worked instead (调休)."""

    model_config = ConfigDict(extra="forbid")

    document_no: DocumentNo
    days_off: Annotated[list[Day], Field(max_length=100)]
    days_worked: Annotated[list[Day], Field(max_length=100)]


class YearRead(BaseModel):
    """A year of the working-day calendar. `version` 0: as the package has it, or not loaded."""

    year: int
    source: Literal["decree", "package", "not_loaded"]
    document_no: str | None
    days_off: list[date] = Field(description="weekdays that are off")
    days_worked: list[date] = Field(description="weekend days that are worked")
    version: int

    @classmethod
    def of(cls, number: int, year: Year | None) -> Self:
        """A year as read."""
        if year is None:
            return cls(year=number, source="not_loaded", document_no=None, days_off=[], days_worked=[], version=0)
        return cls(
            year=number,
            source="decree" if year.document_no else "package",
            document_no=year.document_no,
            days_off=sorted(year.off),
            days_worked=sorted(year.worked),
            version=year.version,
        )


class NoticeEntryRead(BaseModel):
    """A line of a list for publication: no number, no identifier of any kind."""

    name: str
    institution: str
    reporting_unit: str
    supplementary: bool = Field(description="补充公示: on notice again, after what was shown had changed")


class NoticeRead(BaseModel):
    """A list for publication (公示名单), in the words that are published."""

    programme: str
    programme_zh: str
    programme_en: str
    issuer: str
    first_day: date
    last_day: date | None = Field(description="null once none of them is on notice since that day")
    working_days: int
    draft: bool = Field(description="待第二人发布: not released yet, for officers only")
    entries: list[NoticeEntryRead]


class RunningNoticeRead(BaseModel):
    """A notice that runs, or waits for the decision: how many entries, and of how many an objection is looked into."""

    programme: str
    first_day: date
    last_day: date
    entries: int
    objected: int


class DraftNoticeRead(BaseModel):
    """Entries that are proposed and not on notice: as one officer would publish them, or not put on a list by anybody.

    Without a first day nobody has requested it, or what was requested is void.
    """

    programme: str
    first_day: date | None
    impact_assessment_ref: str | None
    by: str | None = Field(description="who put them on the list, which another officer releases")
    registrations: list[UUID]


class NoticeChange(BaseModel):
    """A running notice that ends on another day by another calendar."""

    registration_id: UUID
    last_day_before: date
    last_day: date


class YearAwaited(BaseModel):
    """A decree that one officer proposed (待第二人), for another to compare with its document."""

    year: int
    document_no: str
    days_off: list[date]
    days_worked: list[date]
    notices: list[NoticeChange]
    by: str = Field(description="who proposed it; the second officer is another")
    at: datetime
    void: bool = Field(description="the year changed since: it has to be proposed anew")


class YearChanged(YearRead):
    """The year as it is now, or would be; `notices` are the running ones that end on another day by it."""

    dry_run: bool
    notices: list[NoticeChange]
    awaiting: Literal["second_officer"] | None = None
