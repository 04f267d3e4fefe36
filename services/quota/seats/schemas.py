"""What is asked of seats, and how they are shown: subjects by their opaque reference alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.quotas.models import Quota
from services.quota.seats.errors import CapFull
from services.quota.seats.models import Cap, Seat, SeatUnder
from services.quota.seats.rules import SeatState
from shared.fields import Code, Day, FieldName, Flag, Line
from shared.problems import Language, Refusal

MOST_CLAIMS = 1_000


class NewSeat(BaseModel):
    """A place asked for one registration; unit and classes are those quota was told, unless they are given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    programme: Code
    subject_ref: UUID
    registration_id: UUID
    on: Day = Field(description="the day it will count from")
    reporting_unit: Code | None = None
    classes: dict[FieldName, Line | None] | None = Field(default=None, max_length=60)


class NewClaim(NewSeat):
    """A place for a registration that is about to be recognised; an override (突破名额) needs no free place."""

    override: Flag = False


class NewClaims(BaseModel):
    """Up to 1,000 claims, each with its own outcome."""

    model_config = ConfigDict(extra="forbid")

    items: list[NewClaim] = Field(min_length=1, max_length=MOST_CLAIMS)


class PlaceRead(BaseModel):
    """A place under one cap."""

    quota_id: UUID
    code: str
    period_label: str
    amount: int
    places: int = Field(description="how many may be recognised: the amount, and the tolerance of 左右")
    number: int | None = Field(description="which place it was given; null while waiting, or where its head counted")
    beyond_amount: bool = Field(description="above the amount (超出目标数), within the tolerance or by an override")

    @classmethod
    def of(cls, row: SeatUnder, quota: Quota) -> Self:
        """A seat's place under a cap."""
        return cls(
            quota_id=quota.id,
            code=quota.code,
            period_label=quota.label,
            amount=quota.amount,
            places=quota.terms().places or 0,
            number=row.number,
            beyond_amount=row.number is not None and row.number > quota.amount,
        )


class SeatRead(BaseModel):
    """A seat (名额)."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: UUID
    registration_id: UUID
    subject_ref: UUID
    programme: str
    on: date
    state: SeatState
    overridden: bool
    requested_at: datetime = Field(alias="asked_at")
    expires_at: datetime | None = Field(description="null once the registry recognises it, and when it is over")
    under: list[PlaceRead]

    @classmethod
    def of(cls, seat: Seat, under: Sequence[SeatUnder], quotas: Mapping[UUID, Quota]) -> Self:
        """A seat under those of its caps that limit still."""
        runs = seat.state == SeatState.HELD and seat.bound_ms is None and seat.expires_ms is not None
        own = seat.model_dump(
            include={"id", "registration_id", "subject_ref", "programme", "overridden", "requested_at"}
        )
        ends = datetime.fromtimestamp((seat.expires_ms or 0) / 1000, UTC) if runs else None
        places = [PlaceRead.of(row, quotas[row.quota_id]) for row in under if row.quota_id in quotas]
        return cls(**own, on=seat.counted_on, state=SeatState(seat.state), expires_at=ends, under=places)


class LimitNamed(BaseModel):
    """What a cap is called, in both languages."""

    zh: str
    en: str


class ClaimRead(BaseModel):
    """What came of one claim: 200 with the seat, or the problem; `no-cap` where no place is needed."""

    registration_id: UUID
    status: int
    seat: SeatRead | None = None
    problem: dict[str, Any] | None = None
    limit: LimitNamed | None = Field(default=None, description="the cap that is full")

    @classmethod
    def of(cls, registration_id: UUID, outcome: SeatRead | Refusal, language: Language) -> Self:
        """The outcome in the reader's language."""
        if isinstance(outcome, Refusal):
            full = outcome.limit if isinstance(outcome, CapFull) else None
            limit = LimitNamed(**full._asdict()) if full else None
            problem = outcome.problem(language)
            return cls(registration_id=registration_id, status=outcome.status, problem=problem, limit=limit)
        return cls(registration_id=registration_id, status=200, seat=outcome)


class ClaimsRead(BaseModel):
    """What came of every claim, in the order sent."""

    items: list[ClaimRead]


class OpenSeat(BaseModel):
    """A seat that is waiting, held or taken."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: UUID
    registration_id: UUID
    subject_ref: UUID
    state: SeatState
    overridden: bool
    requested_at: datetime = Field(alias="asked_at")

    @classmethod
    def of(cls, seat: Seat) -> Self:
        """A seat in the list of a cap."""
        return cls.model_validate(seat, from_attributes=True)


class PlacesRead(BaseModel):
    """How the places of a cap are used now."""

    places: int
    held: int = Field(description="预留: subjects to be recognised")
    taken: int = Field(description="已用: the figure of the quota")
    waiting: int = Field(description="候补")
    over_committed: bool = Field(description="超额: more are held and taken than there are places; nobody is put out")

    @classmethod
    def of(cls, cap: Cap, waiting: int) -> Self:
        """The places of a cap with the length of its waiting list."""
        used = cap.held + cap.taken
        counts = {"places": cap.places, "held": cap.held, "taken": cap.taken}
        return cls(**counts, waiting=waiting, over_committed=used > cap.places)


class SeatsRead(PlacesRead):
    """The places of a cap and the seats under it in the order of asking, which is that of the waiting list."""

    items: list[OpenSeat]
    next: str | None = None
