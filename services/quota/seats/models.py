"""Tables of seats: how the places of a cap are used, who asked for one, and under which caps."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, text
from sqlmodel import Field

from services.quota.seats.rules import OPEN, SeatState
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.db import Instant, table_of

_OPEN = text(f"state IN ({', '.join(repr(state.value) for state in OPEN)})")
_HELD = text("state = 'held'")


class Cap(QuotaTable, table=True):
    """The places (名额) of a capped quota. `taken` is the quota's figure, `held` the subjects to be added to it.

    `beyond` is by how much it is over-committed: by an override, a lowered amount, or heads that came unasked.
    """

    __table_args__ = (
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("held + taken <= places + beyond", name="places"),
    )

    __classes__ = classes(
        internal="quota_id places held taken beyond filled_in exceeded_in",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    places: int = Field(sa_type=BigInteger)
    held: int = Field(default=0, sa_type=BigInteger)
    taken: int = Field(default=0, sa_type=BigInteger)
    beyond: int = Field(default=0, sa_type=BigInteger)
    filled_in: int = Field(default=0, description="the generation in which it was last found filled")
    exceeded_in: int = Field(default=0, description="the generation in which it was last found exceeded")


class Seat(QuotaTable, table=True):
    """A place asked for one registration. `bound_ms`: the registry may be recognising it, and no clock ends it."""

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'held', 'taken', 'released', 'expired')", name="state"),
        Index(
            "uq_seat_open", "registration_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_seat_held", "expires_ms", "bound_ms", sqlite_where=_HELD, postgresql_where=_HELD),
    )  # fmt: skip

    __classes__ = classes(
        personal="registration_id subject_ref asked_by",
        internal="id programme counted_on state overridden asked_at settled_at expires_ms bound_ms inquired_ms",
    )

    id: UUID = Field(primary_key=True)
    registration_id: UUID = Field(index=True)
    subject_ref: UUID = Field(index=True)
    programme: str = Field(max_length=60)
    counted_on: date
    state: str = Field(max_length=20)
    overridden: bool = False
    requested_by: str = Field(sa_column=Column("asked_by", String(60), key="requested_by", nullable=False))
    requested_at: datetime = Field(sa_column=Column("asked_at", Instant, key="requested_at", nullable=False))
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    expires_ms: int | None = Field(default=None, sa_type=BigInteger, description="by the database's clock")
    bound_ms: int | None = Field(default=None, sa_type=BigInteger)
    inquired_ms: int | None = Field(default=None, sa_type=BigInteger)

    @property
    def is_open(self) -> bool:
        """Whether it waits, is held or is taken."""
        return self.state in OPEN

    @property
    def is_bound(self) -> bool:
        """Whether the registry may be recognising it."""
        return self.state == SeatState.HELD and self.bound_ms is not None


class SeatUnder(QuotaTable, table=True):
    """A cap that a seat is under; `number` is which place it was given, null where its subject counted already."""

    __tablename__ = "seat_under"

    __classes__ = classes(
        internal="seat_id quota_id number",
    )

    seat_id: UUID = Field(primary_key=True, foreign_key="seat.id")
    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id", index=True)
    number: int | None = Field(default=None, sa_type=BigInteger)


CAP = table_of(Cap)
SEAT = table_of(Seat)
UNDER = table_of(SeatUnder)
