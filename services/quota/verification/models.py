"""What an operator had put right."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.quota.tables import Table
from shared.db import Instant, Json, table_of


class Adjustment(Table, table=True):
    """One thing put right (调整): what stood there before and after, by whom, when and why. Never changed."""

    id: UUID = Field(primary_key=True)
    layer: str = Field(max_length=20)
    quota_id: UUID | None = Field(default=None, foreign_key="quota.id")
    unit: str | None = None
    subject_ref: UUID | None = None
    registration_id: UUID | None = None
    before: dict[str, Any] = Field(sa_type=Json)
    after: dict[str, Any] = Field(sa_type=Json)
    by: str = Field(max_length=60)
    reason: str = Field(max_length=1000)
    at: datetime = Field(sa_type=Instant)


ADJUSTMENT = table_of(Adjustment)
