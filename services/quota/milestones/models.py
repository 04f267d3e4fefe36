"""Tables of milestones: where each stands, and everything that was told of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint
from sqlmodel import Field

from services.quota.tables import Table
from shared.db import Instant, table_of


class Milestone(Table, table=True):
    """A milestone of a quota under one amount (generation), with the head that reached it last."""

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    generation: int = Field(primary_key=True)
    percent: int = Field(primary_key=True)
    state: str
    told: str | None = None
    episode: int
    reached_on: date | None = None
    detected_at: datetime | None = Field(default=None, sa_type=Instant)
    registration_id: UUID | None = None
    value: int | None = None


class Crossing(Table, table=True):
    """One thing told of a milestone: reached, fallen back, regained. Never changed."""

    __table_args__ = (
        UniqueConstraint("quota_id", "generation", "percent", "episode", "kind"),
        Index(None, "detected_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    quota_id: UUID = Field(foreign_key="quota.id")
    generation: int
    percent: int
    episode: int
    kind: str
    value: int
    counted_on: date
    registration_id: UUID
    detected_at: datetime = Field(sa_type=Instant)


MILESTONE = table_of(Milestone)
CROSSING = table_of(Crossing)
