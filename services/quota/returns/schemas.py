"""Bodies of nil returns."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.contracts.parts import Code

Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$")]


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
