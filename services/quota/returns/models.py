"""Tables of monthly reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field

from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.db import Instant, table_of


class MonthlyReport(QuotaTable, table=True):
    """A unit was heard of on a programme in a month (YYYY-MM): by a registration, or by a nil return (零报告)."""

    __tablename__ = "report"

    __classes__ = classes(
        personal="said_by",
        internal="programme unit month nil said_at",
    )

    programme: str = Field(primary_key=True, max_length=60)
    unit: str = Field(primary_key=True, max_length=60)
    month: str = Field(primary_key=True, max_length=7)
    nil: bool
    said_by: str | None = Field(default=None, description="who made the nil return")
    said_at: datetime = Field(sa_type=Instant)


class Silence(QuotaTable, table=True):
    """That a unit was not heard of on a programme in a month, as it was announced; once."""

    __classes__ = classes(
        internal="programme unit month quota_id told_at",
    )

    programme: str = Field(primary_key=True, max_length=60)
    unit: str = Field(primary_key=True, max_length=60)
    month: str = Field(primary_key=True, max_length=7)
    quota_id: UUID = Field(foreign_key="quota.id")
    announced_at: datetime = Field(sa_column=Column("told_at", Instant, key="announced_at", nullable=False))


REPORT = table_of(MonthlyReport)
SILENCE = table_of(Silence)
