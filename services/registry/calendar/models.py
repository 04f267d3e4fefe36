from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from services.registry.tables import Table
from shared.db import Instant, Json


class CalendarYear(Table, table=True):
    """A year's working days as a decree has them (放假安排); it stands before the package's. Days are ISO dates."""

    year: int = Field(primary_key=True)
    version: int
    document_no: str = Field(max_length=100)
    days_off: list[str] = Field(sa_column=Column(Json, nullable=False))
    days_worked: list[str] = Field(sa_column=Column(Json, nullable=False))
    changed_by: str = Field(max_length=60)
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
