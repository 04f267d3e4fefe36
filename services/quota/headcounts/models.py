"""Tables of headcounts: registrations as last heard of, heads, the ledger and the counters."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer
from sqlmodel import Field

from services.quota.tables import Table
from shared.db import Instant, Json, table_of


class RegistrationSeen(Table, table=True):
    """The newest version of a registration this service has heard of; an older one changes nothing."""

    __tablename__ = "registration_seen"
    __table_args__ = (Index(None, "subject_ref"), Index(None, "programme", "subject_ref"))

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
    known_at: datetime = Field(sa_type=Instant)
    yields: bool = False


class Membership(Table, table=True):
    """What one subject is worth to one quota now (人头); a row that is not gross counts nothing any more."""

    __table_args__ = (Index(None, "quota_id", "counted_on", "registration_id"),)

    subject_ref: UUID = Field(primary_key=True)
    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    gross: bool
    net: bool
    in_stock: bool
    registration_id: UUID
    unit: str
    counted_on: date
    ended_on: date | None = None
    known_at: datetime = Field(sa_type=Instant)


class LedgerEntry(Table, table=True):
    """One line of the ledger (台账): what changed, on which date, and since when it is known. Only ever added to."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "quota_id", "counted_on"),
        Index("ix_ledger_quota_id_known_at", "quota_id", "known_at"),
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


class HeadcountSum(Table, table=True):
    """What the ledger adds up to in a unit ('' the whole), of what was learnt in one span and counts from another."""

    __tablename__ = "headcount_sum"

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    unit: str = Field(primary_key=True)
    known_in: int = Field(primary_key=True, description="0 ever, YYYYMM a month, YYYYMMDD a day")
    counted_in: int = Field(primary_key=True, description="YYYYMM a month, YYYYMMDD a day")
    gross: int
    net: int
    in_stock: int


class Headcount(Table, table=True):
    """The counter of a quota in one unit; unit '' is the whole. Always the sum of the ledger."""

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    unit: str = Field(primary_key=True)
    gross: int
    net: int
    in_stock: int


SEEN = table_of(RegistrationSeen)
MEMBERSHIP = table_of(Membership)
LEDGER = table_of(LedgerEntry)
HEADCOUNT = table_of(Headcount)
SUM = table_of(HeadcountSum)
