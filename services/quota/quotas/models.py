"""Tables of quotas: what a document decided, each amount it was given, and a revision that awaits a second officer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String
from sqlmodel import Field

from services.quota.quotas.rules import TERMS, Terms
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.contracts.pace import PaceRule
from shared.db import Instant, Json, table_of

LISTS = frozenset({"programmes", "milestones"})


class Quota(QuotaTable, table=True):
    """One quota in one period (目标任务); an annual one has a row per year, one by rounds a row per round.

    A unit's share of the city's amount (任务分解) is a quota whose parent is the city's.
    """

    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("amount_max IS NULL OR amount_max >= amount", name="amount_max"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint("kind IN ('goal', 'cap', 'band')", name="kind"),
        CheckConstraint("measure IN ('net_cumulative', 'in_stock')", name="measure"),
        Index(None, "programme", "unit", "starts_on"),
    )

    __classes__ = classes(
        public=(
            "id document_no parent_id version generation defined_at code programme programmes where unit kind "
            "comparison amount amount_max tolerance_percent measure milestones starts_on ends_on basis label "
            "round clause wording_zh wording_en measure_word_zh measure_word_en city_pool rivals pace "
            "own_pace"
        ),
    )

    id: UUID = Field(primary_key=True)
    document_no: str | None = Field(default=None, index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="quota.id", index=True)
    version: int = 1
    generation: int = 1
    defined_at: datetime = Field(sa_type=Instant)

    code: str
    programme: str
    programmes: list[str] = Field(sa_type=Json)
    where: dict[str, list[str]] = Field(sa_type=Json)
    unit: str | None = None
    kind: str
    comparison: str
    amount: int = Field(sa_type=BigInteger)
    amount_max: int | None = Field(default=None, sa_type=BigInteger)
    tolerance_percent: int
    measure: str
    milestones: list[int] = Field(sa_type=Json)
    starts_on: date
    ends_on: date | None = None
    basis: str
    label: str
    round: str | None = None
    clause: str
    wording_zh: str
    wording_en: str
    measure_word_zh: str
    measure_word_en: str
    city_pool: bool
    rivals: dict[str, bool] = Field(sa_type=Json)
    pace: dict[str, Any] = Field(sa_type=Json)
    own_pace: dict[str, Any] | None = Field(
        default=None, sa_type=Json, description="chosen by the bureau, before `pace`"
    )

    @property
    def pace_rule(self) -> PaceRule:
        """How its pace is measured: as the bureau chose, or else as the document has it."""
        return PaceRule.model_validate(self.pace if self.own_pace is None else self.own_pace)

    def terms(self) -> Terms:
        """What was decided about this quota."""
        held: dict[str, Any] = {name: getattr(self, name) for name in TERMS}
        return Terms(**held | {name: tuple(held[name]) for name in LISTS})

    def facts(self) -> dict[str, Any]:
        """What every event about this quota says of it."""
        return {
            "quota_id": self.id,
            "code": self.code,
            "programme": self.programme,
            "unit": self.unit,
            "period_label": self.label,
            "amount": self.amount,
            "measure_word": self.measure_word_zh,
            "comparison": self.comparison,
        }

    def laid_down(self) -> dict[str, Any]:
        """What is announced when it is laid down or revised."""
        scope = ("programmes", "where", "starts_on", "ends_on", "round", "version")
        return (
            self.facts() | {name: getattr(self, name) for name in scope} | {"capped": self.terms().places is not None}
        )

    def decide(self, terms: Terms) -> None:
        """Put these terms in force."""
        for name, value in columns_of(terms).items():
            setattr(self, name, value)


class Revision(QuotaTable, table=True):
    """An amount of a quota (目标调整), the first being its definition; `rebased` lists the milestones it found held."""

    __classes__ = classes(
        personal="decided_by seconded_by",
        internal="quota_id generation amount effective_on known_at value rebased",
        public="document_no",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    generation: int = Field(primary_key=True)
    amount: int = Field(sa_type=BigInteger)
    effective_on: date
    document_no: str
    decided_by: str
    seconded_by: str | None = None
    known_at: datetime = Field(sa_type=Instant)
    value: int
    rebased: list[dict[str, Any]] = Field(sa_type=Json)


class PendingRevision(QuotaTable, table=True):
    """A revision one officer has asked for; the same call by another officer completes it.

    `quota_version` and `terms` are those of the quota that the officer saw: it holds for no other.
    """

    __tablename__ = "asked_revision"

    __classes__ = classes(
        personal="asked_by",
        internal="quota_id amount effective_on asked_at quota_version terms",
        public="document_no",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    amount: int = Field(sa_type=BigInteger)
    effective_on: date
    document_no: str
    requested_by: str = Field(sa_column=Column("asked_by", String, key="requested_by", nullable=False))
    requested_at: datetime = Field(sa_column=Column("asked_at", Instant, key="requested_at", nullable=False))
    quota_version: int
    terms: dict[str, Any] | None = Field(default=None, sa_type=Json)


class AppliedDocument(QuotaTable, table=True):
    """A policy document as it was applied last."""

    __tablename__ = "policy"

    __classes__ = classes(
        personal="applied_by seconded_by",
        public="document_no pack applied_at",
    )

    document_no: str = Field(primary_key=True)
    pack: dict[str, Any] = Field(sa_type=Json)
    applied_by: str
    applied_at: datetime = Field(sa_type=Instant)
    seconded_by: str | None = None


class PendingPack(QuotaTable, table=True):
    """A policy document as one officer proposed it; another one has to put the same (双人复核).

    `content` is the digest of the pack, `basis` that of the documents and quotas in force when it was proposed.
    """

    __tablename__ = "pending_pack"

    __classes__ = classes(
        personal="by",
        internal="content basis at",
        public="document_no",
    )

    document_no: str = Field(primary_key=True)
    content: str
    basis: str
    by: str
    at: datetime = Field(sa_type=Instant)


def columns_of(terms: Terms) -> dict[str, Any]:
    """The columns that hold these terms; `programme` is the one shown."""
    held = {name: getattr(terms, name) for name in TERMS}
    return held | {name: list(held[name]) for name in LISTS} | {"programme": terms.programmes[0]}


QUOTA = table_of(Quota)
REVISION = table_of(Revision)
