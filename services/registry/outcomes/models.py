from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from services.registry.subjects.rules.names import stored_name
from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id
from shared.vault import vault

_STANDS = text("withdrawn_at IS NULL")


class Circumstance(RegistryTable, table=True):
    """What became so of a registration from a day on (认定后情况), and since when that is known.

    `day` is the day that was stated, `record_ref` the person who holds the post, `details` what was stated of them, and
    `stated` their name, sealed: the record may say another.
    Circumstances with one `slot` follow one another. Withdrawn or corrected, a row stays; nothing else of it changes.
    """

    __table_args__ = (
        Index(
            "uq_circumstance_standing", "registration_id", "slot", "effective_on",
            unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        CheckConstraint("day IS NOT NULL OR record_ref IS NOT NULL", name="value"),
    )  # fmt: skip

    __classes__ = classes(
        sensitive="stated",
        personal=(
            "id registration_id attribute slot effective_on day record_ref details corrects by role "
            "recorded_at withdrawn_by withdrawn_reason withdrawn_at"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: UUID = Field(foreign_key="registration.id", index=True)
    attribute: str = Field(max_length=30)
    slot: str = Field(max_length=30)
    effective_on: date
    day: date | None = None
    record_ref: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    stated: bytes | None = None
    details: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    corrects: UUID | None = Field(default=None, foreign_key="circumstance.id")
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    withdrawn_by: str | None = Field(default=None, max_length=60)
    withdrawn_reason: str | None = Field(default=None, max_length=1000)
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Placement(RegistryTable, table=True):
    """One person at one internship base (就业见习); `last_day` follows from start and months.

    `state` follows from the days: active, finished (期满), hired (留用), left (中止). `stated` is the name that the
    base stated, sealed: the record may say another.
    """

    __table_args__ = (
        CheckConstraint("months BETWEEN 3 AND 12", name="months"),
        CheckConstraint("hired_on IS NULL OR finished_on IS NOT NULL", name="hired_after_it_finished"),
    )

    __classes__ = classes(
        sensitive="stated",
        personal=(
            "id base_id record_ref started_on months first_day_counts last_day finished_on hired_on left_on "
            "state external_ref warnings created_at updated_at"
        ),
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    base_id: UUID = Field(foreign_key="registration.id", index=True)
    record_ref: UUID = Field(foreign_key="person.id", index=True)
    stated: bytes | None = None
    started_on: date
    months: int
    first_day_counts: bool
    last_day: date
    finished_on: date | None = Field(default=None, index=True)
    hired_on: date | None = None
    left_on: date | None = None
    state: str = Field(max_length=20, index=True)
    external_ref: str | None = Field(default=None, max_length=100)
    warnings: list[dict[str, str]] = Field(sa_column=Column(Json, nullable=False))
    version: int = 1
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


def keep_name(row: Placement | Circumstance, name: str | None) -> None:
    """Keep with a row the name that was stated of its person, sealed for it; None: none any more."""
    row.stated = vault("registry").seal(stored_name(name), _bound_to(row)) if name else None


def stated_name(row: Placement | Circumstance) -> str | None:
    """The name that was stated, in clear; None where none is kept."""
    return vault("registry").unseal(row.stated, _bound_to(row)) if row.stated else None


def _bound_to(row: Placement | Circumstance) -> str:
    return f"{row.__tablename__}|{row.id}|stated"


class PlacementEntry(RegistryTable, table=True):
    """A placement as one act left it (见习记录): by whom, when; never changed afterwards."""

    __tablename__ = "placement_entry"
    __table_args__ = (UniqueConstraint("placement_id", "version"),)

    __classes__ = classes(
        personal="id placement_id state started_on months first_day_counts finished_on hired_on left_on by role at",
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    placement_id: UUID = Field(foreign_key="placement.id")
    version: int
    state: str = Field(max_length=20)
    started_on: date
    months: int
    first_day_counts: bool
    finished_on: date | None = None
    hired_on: date | None = None
    left_on: date | None = None
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
