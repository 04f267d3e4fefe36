from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Index, UniqueConstraint, text
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.contracts.registration import ENDED, RegistrationState
from shared.db import Instant, Json
from shared.ids import new_id

_ENDS = text("last_day IS NOT NULL")
_OPEN = text("revocation_status = 'decided'")
_PUBLISHED = text("action = 'publish'")
_QUOTED = ", ".join(f"'{state}'" for state in (*ENDED, RegistrationState.DRAFT))
_ACTIVE = text(f"state NOT IN ({_QUOTED}) AND NOT moved")


class Registration(RegistryTable, table=True):
    """One subject in one programme (登记). `counted_on` is set when it is recognised and stays thereafter.

    `record_ref` is the record it was made under, `subject_ref` whom that record stands for; `moved` where finding two
    to be one changed it, so that two may stand beside one another. `yields`: another one has the credit. `township` is
    on the list of the policy; `township_stated` was not, is from before there was one, and is shown to nobody. `gb2260`
    is the statutory division on the fact date; `spells` are the units it was with before.
    `ended_on` is the first day on which it is out of stock, `last_day` the one on which its term ends (届满日).
    `later_details` are fields that have another value from a day on, after it is recognised (认定后情况).
    `stated` is the subject's name as this institution stated it, for a person with birth date and gender, sealed.
    `awaiting` is the act that one officer requested and another has to (双人复核): what was wanted, by whom, when, and
    what the officer saw; `void` once anything of it changed. `began_with` is the workflow of its programme when it was
    submitted first: it keeps that. `restricted`: the person's data is kept, and used for nothing (限制处理).
    """

    __table_args__ = (
        Index(
            "uq_registration_active", "programme", "subject_ref",
            unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
        Index("ix_registration_programme_state", "programme", "state"),
        Index("ix_registration_last_day", "last_day", sqlite_where=_ENDS, postgresql_where=_ENDS),
        Index("ix_registration_contest_until", "contest_until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    __classes__ = classes(
        sensitive="stated",
        personal=(
            "id programme subject_kind subject_ref record_ref moved yields institution_id reporting_unit "
            "township township_stated gb2260 spells state fact_date details later_details warnings "
            "external_ref counted_on ended_on exit_reason last_day decision_no decision_date notice_first_day "
            "notice_last_day revocation_status revocation_told_on contest_until created_at updated_at "
            "awaiting began_with restricted"
        ),
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme: str = Field(max_length=60)
    subject_kind: str = Field(max_length=20)
    subject_ref: UUID = Field(index=True)
    record_ref: UUID = Field(index=True)
    moved: bool = False
    yields: bool = False
    institution_id: UUID = Field(foreign_key="institution.id", index=True)
    reporting_unit: str = Field(max_length=60, index=True)
    township: str | None = Field(default=None, max_length=60)
    township_stated: str | None = Field(default=None, max_length=60)
    gb2260: str | None = Field(default=None, max_length=6)
    spells: list[dict[str, Any]] = Field(default=[], sa_column=Column(Json, nullable=False))
    state: str = Field(max_length=20)
    version: int = 1
    fact_date: date
    details: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    later_details: list[dict[str, Any]] = Field(default=[], sa_column=Column(Json, nullable=False))
    warnings: list[dict[str, str]] = Field(sa_column=Column(Json, nullable=False))
    external_ref: str | None = Field(default=None, max_length=100, index=True)
    counted_on: date | None = Field(default=None, index=True)
    ended_on: date | None = None
    exit_reason: str | None = Field(default=None, max_length=30)
    last_day: date | None = None
    decision_no: str | None = Field(default=None, max_length=100)
    decision_date: date | None = None
    notice_first_day: date | None = None
    notice_last_day: date | None = None
    revocation_status: str | None = Field(default=None, max_length=20)
    revocation_served_on: date | None = Field(default=None, sa_column=Column("revocation_told_on", Date))
    contest_until: date | None = None
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    stated: bytes | None = None
    awaiting: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    began_with: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    restricted: bool = False


class RefusedFiling(RegistryTable, table=True):
    """What an institution filed of a person whom another had in the programme, and was refused (重复申报).

    Of its case in the review queue, so that the bureau can hear both about the credit. Nobody else reads it.
    """

    __tablename__ = "refused_filing"

    __classes__ = classes(
        personal="duplicate_id registration_id programme institution_id reporting_unit fact_date filed_at",
    )

    duplicate_id: UUID = Field(primary_key=True, foreign_key="duplicate.id")
    registration_id: UUID = Field(foreign_key="registration.id", index=True)
    programme: str = Field(max_length=60)
    institution_id: UUID = Field(foreign_key="institution.id")
    reporting_unit: str = Field(max_length=60)
    fact_date: date
    filed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class HistoryEntry(RegistryTable, table=True):
    """What was done to a registration once (办理记录): by whom, when, why; never changed afterwards.

    `voids` is the first officer's request that it made void: its action, by whom, when and at which version.
    """

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("registration_id", "version"),
        Index("ix_step_published", "effective_on", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
    )

    __classes__ = classes(
        personal=(
            "id registration_id action state by role second_by reason decision_no decision_date effective_on "
            "received_at impact_assessment_ref override_reason moved_to exit_reason at voids"
        ),
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: UUID = Field(foreign_key="registration.id")
    version: int
    action: str = Field(max_length=30)
    state: str = Field(max_length=20)
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    second_by: str | None = Field(default=None, max_length=60)
    reason: str | None = Field(default=None, max_length=1000)
    decision_no: str | None = Field(default=None, max_length=100)
    decision_date: date | None = None
    effective_on: date | None = None
    received_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    impact_assessment_ref: str | None = Field(default=None, max_length=100)
    override_reason: str | None = Field(default=None, max_length=1000)
    moved_to: str | None = Field(default=None, max_length=60)
    exit_reason: str | None = Field(default=None, max_length=30)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    voids: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))


class WantedSeat(RegistryTable, table=True):
    """A registration that recognises itself once it has its seat, of which quota has not answered yet (待核名额)."""

    __tablename__ = "wanted_seat"

    __classes__ = classes(
        personal="registration_id",
        internal="requested_at cause",
    )

    registration_id: UUID = Field(primary_key=True, foreign_key="registration.id")
    requested_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    cause: UUID | None = None  # the import that brought it, which its recognition names too


class LapsedSeat(RegistryTable, table=True):
    """A place nothing will come of (作废): once quota is told so, no recognition may rest on it any more."""

    __tablename__ = "lapsed_seat"

    __classes__ = classes(
        personal="registration_id",
        internal="seat_id at",
    )

    seat_id: UUID = Field(primary_key=True)
    registration_id: UUID
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
