"""Tables of counting: registrations as last heard of, heads, the ledger, its sums and counters, and milestones."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, Dialect, Index, Integer, String, TypeDecorator, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.quota.counting.rules.heads import Counts, LedgerCell
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.contracts.registration import ClassChange, Spell
from shared.db import ONLY_ADDED_TO, Instant, Json, table_of

JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Spells(TypeDecorator[tuple[Spell, ...]]):
    """Units a registration was with before; nothing is stored where there were none."""

    impl = JsonOrNull
    cache_ok = True

    def process_bind_param(self, value: Sequence[Spell] | None, dialect: Dialect) -> object:
        return [each.model_dump(mode="json") for each in value] if value else None

    def process_result_value(self, value: list[object] | None, dialect: Dialect) -> tuple[Spell, ...]:
        return tuple(map(Spell.model_validate, value or ()))


class ClassChanges(TypeDecorator[tuple[ClassChange, ...]]):
    """What became of a registration's classes since it counts; nothing is stored where nothing did."""

    impl = JsonOrNull
    cache_ok = True

    def process_bind_param(self, value: Sequence[ClassChange] | None, dialect: Dialect) -> object:
        return [each.model_dump(mode="json") for each in value] if value else None

    def process_result_value(self, value: list[object] | None, dialect: Dialect) -> tuple[ClassChange, ...]:
        return tuple(map(ClassChange.model_validate, value or ()))


class Cells(TypeDecorator[tuple[LedgerCell, ...]]):
    """What a head puts into the ledger; nothing is stored where it never moved."""

    impl = JsonOrNull
    cache_ok = True

    def process_bind_param(self, value: Sequence[LedgerCell] | None, dialect: Dialect) -> object:
        return [[unit, on.isoformat(), *counts] for unit, on, counts in value] if value else None

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[LedgerCell, ...]:
        return tuple(LedgerCell(unit, date.fromisoformat(on), Counts(*counts)) for unit, on, *counts in value or ())


class CountingState(QuotaTable):
    """What a registration counts as (计数状态), as the registry told it."""

    registration_id: UUID = Field(primary_key=True)
    version: int
    subject_ref: UUID
    subject_kind: str
    programme: str
    institution_id: UUID
    reporting_unit: str
    state: str
    counted_on: date | None = None
    ended_on: date | None = None
    classes: dict[str, str | None] = Field(sa_type=Json)
    yields: bool = False
    spells: tuple[Spell, ...] = Field(default=(), sa_type=Spells, nullable=True)
    class_changes: tuple[ClassChange, ...] = Field(default=(), sa_type=ClassChanges, nullable=True)


class RegistrationSeen(CountingState, table=True):
    """The newest version of a registration this service has heard of; an older one changes nothing."""

    __tablename__ = "registration_seen"
    __table_args__ = (Index(None, "subject_ref"), Index(None, "programme", "subject_ref"))

    __classes__ = classes(
        personal="registration_id subject_ref",
        internal=(
            "version subject_kind programme institution_id reporting_unit state counted_on ended_on classes "
            "yields spells class_changes known_at"
        ),
    )

    known_at: datetime = Field(sa_type=Instant)


class QuotaMembership(QuotaTable, table=True):
    """What one subject is worth to one quota now (人头); a row without a unit counts nothing any more."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "quota_id", "counted_on", "registration_id"),)

    __classes__ = classes(
        personal="subject_ref registration_id",
        internal="quota_id gross net in_stock unit counted_on ended_on cells known_at",
    )

    subject_ref: UUID = Field(primary_key=True)
    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    gross: bool
    net: bool
    in_stock: bool
    registration_id: UUID
    unit: str
    counted_on: date
    ended_on: date | None = None
    cells: tuple[LedgerCell, ...] = Field(default=(), sa_type=Cells, nullable=True)
    known_at: datetime = Field(sa_type=Instant)


class LedgerLine(QuotaTable, table=True):
    """One line of the ledger (台账): what changed, on which date, and since when it is known. Only ever added to."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "quota_id", "counted_on"),
        Index("ix_ledger_quota_id_known_at", "quota_id", "known_at"),
        ONLY_ADDED_TO,
    )

    __classes__ = classes(
        personal="subject_ref registration_id",
        internal="id quota_id unit gross net in_stock counted_on known_at known_on cause_event",
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    quota_id: UUID = Field(foreign_key="quota.id")
    subject_ref: UUID
    registration_id: UUID
    unit: str
    gross: int
    net: int
    in_stock: int
    counted_on: date
    known_at: datetime = Field(sa_type=Instant)
    known_on: date  # that instant's day in the business calendar
    cause_event: UUID | None = None


class HeadcountSum(QuotaTable, table=True):
    """What the ledger adds up to in a unit ('' the whole), of what was learnt in one span and counts from another.

    Its quota is that of the ledger's lines and is not looked up again: a batch writes five times as many sums as lines.
    """

    __tablename__ = "headcount_sum"

    __classes__ = classes(
        internal="quota_id unit known_in counted_in gross net in_stock",
    )

    quota_id: UUID = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    known_in: int = Field(primary_key=True, description="0 ever, YYYYMM a month, YYYYMMDD a day")
    counted_in: int = Field(primary_key=True, description="YYYYMM a month, YYYYMMDD a day")
    gross: int
    net: int
    in_stock: int


class Headcount(QuotaTable, table=True):
    """The counter of a quota in one unit; unit '' is the whole. Always the sum of the ledger."""

    __classes__ = classes(
        internal="quota_id unit gross net in_stock",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    unit: str = Field(primary_key=True)
    gross: int
    net: int
    in_stock: int


SEEN = table_of(RegistrationSeen)
MEMBERSHIP = table_of(QuotaMembership)
LEDGER = table_of(LedgerLine)
HEADCOUNT = table_of(Headcount)
SUM = table_of(HeadcountSum)


class Milestone(QuotaTable, table=True):
    """A milestone of a quota under one amount (generation), with the head that reached it last."""

    __classes__ = classes(
        personal="registration_id",
        internal="quota_id generation percent state told episode reached_on detected_at value",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    generation: int = Field(primary_key=True)
    percent: int = Field(primary_key=True)
    state: str
    announced: str | None = Field(default=None, sa_column=Column("told", String, key="announced"))
    episode: int
    reached_on: date | None = None
    detected_at: datetime | None = Field(default=None, sa_type=Instant)
    registration_id: UUID | None = None
    value: int | None = None


class Crossing(QuotaTable, table=True):
    """One announcement of a milestone: reached, fallen back, regained. Never changed."""

    __table_args__ = (
        UniqueConstraint("quota_id", "generation", "percent", "episode", "kind"),
        Index(None, "detected_at"),
    )

    __classes__ = classes(
        personal="registration_id",
        internal="id quota_id generation percent episode kind value counted_on detected_at",
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
