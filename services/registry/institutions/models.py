from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant
from shared.ids import new_id

BUREAU_ID = UUID("00000000-0000-7000-8000-000000000001")  # what the bureau registers itself is the bureau's own


class Institution(RegistryTable, table=True):
    """A partner that posts registrations (合作单位)."""

    __classes__ = classes(
        internal="id active version created_at",
        public="name uscc reporting_unit",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=200)
    uscc: str | None = Field(default=None, max_length=18, unique=True)
    reporting_unit: str = Field(max_length=60)
    active: bool = True
    version: int = 1
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Bar(RegistryTable, table=True):
    """An institution may not submit from a day to another, both included (暂停申报), unless the bar is lifted."""

    __table_args__ = (CheckConstraint("until >= since", name="ends_after_it_starts"),)

    __classes__ = classes(
        personal="reason by lifted_by lifted_for",
        internal="id institution_id since until at lifted_at",
        public="document_no",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    institution_id: UUID = Field(foreign_key="institution.id", index=True)
    since: date
    until: date
    reason: str = Field(max_length=1000)
    document_no: str = Field(max_length=100)
    by: str = Field(max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    lifted_by: str | None = Field(default=None, max_length=60)
    lifted_for: str | None = Field(default=None, max_length=1000)
    lifted_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Allowance(RegistryTable, table=True):
    """What is left to somebody of an act that is limited (频次限制): a bucket of tokens that fills with time."""

    __classes__ = classes(
        personal="who",
        internal="left at",
    )

    who: str = Field(primary_key=True, max_length=120)
    left: float
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
