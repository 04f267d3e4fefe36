"""Tables of verification: what was put right, rebuilds, and their shadow."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.quota.counting.models import CountingState
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.db import Instant, Json, table_of


class Adjustment(QuotaTable, table=True):
    """One thing put right (调整): what stood there before and after, by whom, when and why. Never changed."""

    __classes__ = classes(
        personal="subject_ref registration_id by reason",
        internal="id layer quota_id unit before after at",
    )

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


class RebuildState(StrEnum):
    """收集中, 已收齐, 已替换, 已放弃."""

    FILLING = "filling"
    FILLED = "filled"
    SWAPPED = "swapped"
    DROPPED = "dropped"


OPEN = (RebuildState.FILLING, RebuildState.FILLED)


class Rebuild(QuotaTable, table=True):
    """One rebuild (重建): who began it, when and why, and what became of it. One is open at a time."""

    __classes__ = classes(
        personal="by reason",
        internal="id state opened_at ended_at adjustments",
    )

    id: UUID = Field(primary_key=True)
    state: str = Field(max_length=10)
    by: str = Field(max_length=60)
    reason: str = Field(max_length=1000)
    opened_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    adjustments: int = 0


class Shadow(CountingState, table=True):
    """A registration as the registry told it to the open rebuild (影子); nothing counts it before it is swapped in."""

    __table_args__ = (Index(None, "subject_ref"),)

    __classes__ = classes(
        personal="registration_id subject_ref",
        internal=(
            "version subject_kind programme institution_id reporting_unit state counted_on ended_on classes "
            "yields spells class_changes"
        ),
    )


REBUILD = table_of(Rebuild)
SHADOW = table_of(Shadow)
