"""Tables of monthly reports."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.quota.tables import Table
from shared.db import Instant, table_of


class Report(Table, table=True):
    """A unit was heard of on a programme in a month (YYYY-MM): by a registration, or by a nil return (零报告)."""

    programme: str = Field(primary_key=True, max_length=60)
    unit: str = Field(primary_key=True, max_length=60)
    month: str = Field(primary_key=True, max_length=7)
    nil: bool
    said_by: str | None = Field(default=None, description="who made the nil return")
    said_at: datetime = Field(sa_type=Instant)


class Silence(Table, table=True):
    """That a unit was not heard of on a programme in a month, as it was told; once."""

    programme: str = Field(primary_key=True, max_length=60)
    unit: str = Field(primary_key=True, max_length=60)
    month: str = Field(primary_key=True, max_length=7)
    quota_id: UUID = Field(foreign_key="quota.id")
    told_at: datetime = Field(sa_type=Instant)


REPORT = table_of(Report)
SILENCE = table_of(Silence)
