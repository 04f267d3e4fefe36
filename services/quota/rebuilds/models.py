"""Tables of rebuilds."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.quota.headcounts.models import Told
from services.quota.tables import Table
from shared.db import Instant, table_of


class State(StrEnum):
    """收集中, 已收齐, 已替换, 已放弃."""

    FILLING = "filling"
    FILLED = "filled"
    SWAPPED = "swapped"
    DROPPED = "dropped"


OPEN = (State.FILLING, State.FILLED)


class Rebuild(Table, table=True):
    """One rebuild (重建): who began it, when and why, and what became of it. One is open at a time."""

    id: UUID = Field(primary_key=True)
    state: str = Field(max_length=10)
    by: str = Field(max_length=60)
    reason: str = Field(max_length=1000)
    opened_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    adjustments: int = 0


class Shadow(Told, table=True):
    """A registration as the registry told it to the open rebuild (影子); nothing counts it before it is swapped in."""

    __table_args__ = (Index(None, "subject_ref"),)


REBUILD = table_of(Rebuild)
SHADOW = table_of(Shadow)
