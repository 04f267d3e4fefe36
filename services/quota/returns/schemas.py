"""Bodies of nil returns."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.fields import Code, Month


class NewNilReturn(BaseModel):
    """That there was nothing to report (零报告): a unit, on a programme, in a month (YYYY-MM)."""

    model_config = ConfigDict(extra="forbid")

    programme: Code
    unit: Code
    month: Month


class ReportRead(BaseModel):
    """That a unit was heard of on a programme in a month: by registrations, or by a nil return."""

    programme: str
    unit: str
    month: str
    nil: bool
    said_by: str | None
    said_at: datetime
