from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id


class AppliedPolicy(RegistryTable, table=True):
    """The policy document in force here (政策文件); `fingerprint` changes with any word of its pack.

    `rules` is what it says of duplicates, of one person in two programmes, and of places over time.
    """

    __tablename__ = "policy"

    __classes__ = classes(
        personal="applied_by seconded_by",
        public="document_no fingerprint rules applied_at pack",
    )

    document_no: str = Field(primary_key=True, max_length=100)
    fingerprint: str = Field(max_length=64)
    rules: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    applied_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    applied_by: str = Field(max_length=60)
    seconded_by: str | None = Field(default=None, max_length=60)
    pack: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))


class PolicyHistoryEntry(RegistryTable, table=True):
    """A policy as it was put into force once (政策变更记录): digests before and after, difference, both officers."""

    __tablename__ = "policy_step"

    __classes__ = classes(
        personal="by second_by",
        internal="id digest_before digest_after difference at",
        public="document_no",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    document_no: str = Field(max_length=100)
    digest_before: str | None = Field(default=None, max_length=64)
    digest_after: str = Field(max_length=64)
    difference: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    by: str = Field(max_length=60)
    second_by: str | None = Field(default=None, max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PendingChange(RegistryTable, table=True):
    """A change of rules that one officer proposed and another has to (双人复核), with its difference.

    `content` is the digest of what is to be in force, `basis` of what was when it was proposed: it holds for no other.
    """

    __tablename__ = "pending_change"

    __classes__ = classes(
        personal="by",
        internal="subject content basis difference pack at",
    )

    subject: str = Field(primary_key=True, max_length=120)
    content: str = Field(max_length=64)
    basis: str = Field(max_length=64)
    difference: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    pack: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    by: str = Field(max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ProgrammeRow(RegistryTable, table=True):
    """A programme (人才计划) as its pack defines it; `definition` is a shared.contracts.policy.Programme."""

    __tablename__ = "programme"

    __classes__ = classes(
        public="code position definition",
    )

    code: str = Field(primary_key=True, max_length=60)
    position: int
    definition: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


class KnownLimit(RegistryTable, table=True):
    """A limit (限额) of which the registry has heard, by quota's id or by its place in the pack, and whom it covers.

    `version` is that of the quota. Without `capped` it limits nobody any more. Of a limit that was laid down before
    scopes were announced only the programmes are known: quota is asked for everybody there.
    """

    __tablename__ = "known_limit"

    __classes__ = classes(
        internal="key",
        public="version capped programmes unit classes starts_on ends_on round",
    )

    key: str = Field(primary_key=True, max_length=300)
    version: int = 0
    capped: bool = True
    programmes: list[str] = Field(sa_column=Column(Json, nullable=False))
    unit: str | None = Field(default=None, max_length=60)
    classes: dict[str, list[str]] = Field(sa_column=Column(Json, nullable=False))
    starts_on: date | None = None
    ends_on: date | None = None
    round: str | None = Field(default=None, max_length=100)


class ReportingUnitRow(RegistryTable, table=True):
    """A reporting unit (填报单位) with its validity, both days included."""

    __tablename__ = "reporting_unit"

    __classes__ = classes(
        public="code position name_zh name_en kind gb2260 valid_from valid_to",
    )

    code: str = Field(primary_key=True, max_length=60)
    position: int
    name_zh: str = Field(max_length=100)
    name_en: str = Field(max_length=100)
    kind: str = Field(max_length=20)
    gb2260: str | None = Field(default=None, max_length=6)
    valid_from: date
    valid_to: date | None = None


class UnitSuccession(RegistryTable, table=True):
    """Which unit reports, from a day on, what another did before (区划调整)."""

    __classes__ = classes(
        public="old new effective_on share_zh share_en",
    )

    old: str = Field(primary_key=True, max_length=60)
    new: str = Field(primary_key=True, max_length=60)
    effective_on: date = Field(primary_key=True)
    share_zh: str = Field(max_length=200)
    share_en: str = Field(max_length=200)


class CalendarYear(RegistryTable, table=True):
    """A year's working days as a decree has them (放假安排); it stands before the package's. Days are ISO dates."""

    __classes__ = classes(
        personal="changed_by",
        public="year version document_no days_off days_worked changed_at",
    )

    year: int = Field(primary_key=True)
    version: int
    document_no: str = Field(max_length=100)
    days_off: list[str] = Field(sa_column=Column(Json, nullable=False))
    days_worked: list[str] = Field(sa_column=Column(Json, nullable=False))
    changed_by: str = Field(max_length=60)
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
