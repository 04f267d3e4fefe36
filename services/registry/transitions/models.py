from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id


class Announcement(RegistryTable, table=True):
    """Registrations an operator had announced again (再次告知), and why; they themselves did not change."""

    __classes__ = classes(
        personal="by reason registrations",
        internal="id at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    by: str = Field(max_length=60)
    reason: str = Field(max_length=1000)
    registrations: list[str] = Field(sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PublishedEntry(RegistryTable, table=True):
    """A line of a list as it was published (公示内容), and the head of the list; sealed, never changed afterwards."""

    __tablename__ = "published_entry"
    __table_args__ = (Index("ix_published_entry_list", "programme", "first_day"),)

    __classes__ = classes(
        sensitive="sealed",
        personal="id registration_id programme first_day at",
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: UUID = Field(foreign_key="registration.id", index=True)
    version: int
    programme: str = Field(max_length=60)
    first_day: date
    sealed: bytes
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Finding(RegistryTable, table=True):
    """What an assessment (年度考核) or a retention check (在岗核查) found; never changed, a later one stands before it.

    `year` is the one assessed; `basis` what the check rests on; `rectify_by` the last day to put right what was found.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('assessment', 'retention_check')", name="kind"),
        Index("ix_finding_registration_id_kind", "registration_id", "kind"),
    )

    __classes__ = classes(
        personal="id registration_id kind found_on year result basis rectify_by remark document_no by role at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: UUID = Field(foreign_key="registration.id")
    kind: str = Field(max_length=20)
    found_on: date
    year: int | None = None
    result: str = Field(max_length=30)
    basis: str | None = Field(default=None, max_length=30)
    rectify_by: date | None = Field(default=None, index=True)
    remark: str | None = Field(default=None, max_length=1000)
    document_no: str | None = Field(default=None, max_length=100)
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
