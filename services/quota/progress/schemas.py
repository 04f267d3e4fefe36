"""What is asked of progress, and the item that leaders, the portal and bulletins read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.heads.rules import Counts
from services.quota.milestones.rules import Standing, State
from services.quota.pace.rules import Lamp, pace
from services.quota.progress import rules
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Comparison, Kind, Measure, Status, Wording
from services.quota.quotas.schemas import PeriodRead
from services.quota.seats.schemas import PlacesRead
from shared.problems import Language


@dataclass(frozen=True)
class Wanted:
    """Which progress, and as of when: `on` is the last day that counts; `past` when a day or an instant was named.

    `all_known` when no instant was: then everything known counts, and nothing need be taken away.
    """

    on: date
    known_at: datetime
    past: bool
    all_known: bool = False
    programme: str | None = None
    unit: str | None = None
    by_unit: bool = False


@dataclass(frozen=True)
class Progress:
    """One quota, or one unit's contribution to a quota of the city, with its figures."""

    quota: Quota
    unit: str | None
    asked: Wording
    counts: Counts
    standings: list[Standing]
    units: list[tuple[str, int]]
    seats: PlacesRead | None
    parts: list["Progress"] = field(default_factory=list)

    @property
    def value(self) -> int:
        """The figure that the quota's measure names."""
        return self.counts.measured(self.quota.measure)


class PaceRead(BaseModel):
    """序时进度: by month at month ends, by day inside the running month."""

    expected_percent: str
    ahead_points: str = Field(description="percentage points (百分点) ahead of time, rounded down; negative: behind")
    lamp: Lamp = Field(description="green from the expected share on, yellow to ten points behind, red below")
    catch_up: int = Field(description="heads missing to be in step")


class MilestoneRead(BaseModel):
    """One milestone (节点), in percent of the amount."""

    percent: int
    state: State
    reached_on: date | None = Field(description="the day the head that reached it counts from")
    detected_at: datetime | None = Field(description="when that was learnt")


class UnitValue(BaseModel):
    """What one unit contributes."""

    unit: str
    value: int


class PartRead(BaseModel):
    """A plain count within a target (其中): how many of its heads are of a kind."""

    quota_id: UUID
    code: str
    wording: str
    value: int

    @classmethod
    def of(cls, row: Progress, language: Language) -> Self:
        """A part in the reader's language."""
        wording = row.quota.wording_zh if language == "zh" else row.quota.wording_en
        return cls(quota_id=row.quota.id, code=row.quota.code, wording=wording, value=row.value)


class ProgressRead(BaseModel):
    """How far a quota has come (完成情况)."""

    quota_id: UUID
    code: str
    programme: str
    unit: str | None = Field(description="null: the whole city")
    kind: Kind
    comparison: Comparison
    amount: int | None = Field(description="null where nothing is asked: a plain count, a unit without an amount")
    amount_max: int | None
    tolerance_percent: int
    measure: Measure
    measure_word: str
    wording: str
    clause: str
    city_pool: bool
    period: PeriodRead
    gross: int = Field(description="累计认定: ever recognised, revoked ones included")
    revoked: int = Field(description="撤销: void from the beginning")
    net: int = Field(description="净累计: gross without revoked")
    in_stock: int = Field(description="在库: net without those who left")
    value: int = Field(description="the figure, net or in stock as `measure` says")
    remaining: int | None
    unallocated: int | None = Field(
        description="未分解: what no unit was given; null until the amount is split to units"
    )
    completion_percent: str | None = Field(
        description="完成率, one decimal, rounded down; never 100.0 below the amount"
    )
    status: Status
    pace: PaceRead | None = Field(description="null where the period has no end or nothing is asked")
    forecast: None = Field(default=None, description="null: no figure is forecast before there is history to judge by")
    milestones: list[MilestoneRead]
    seats: PlacesRead | None = Field(description="名额, as they are now; null without a cap, and for the past")
    parked: int = Field(description="events that could not be taken in; figures may be incomplete while there are any")
    units: list[UnitValue] | None = Field(description="with `by=unit` alone")
    of_which: list[PartRead] = Field(description="其中: plain counts within this target, in its measure word")
    as_of: date
    known_at: datetime

    @classmethod
    def of(cls, row: Progress, wanted: Wanted, parked: int, language: Language) -> Self:
        """A row in the reader's language."""
        quota, asked, value = row.quota, row.asked, row.value
        found = pace(value, asked.amount or 0, quota.starts_on, quota.ends_on, wanted.on)
        return cls(
            quota_id=quota.id,
            code=quota.code,
            programme=quota.programme,
            unit=row.unit,
            kind=Kind(quota.kind),
            comparison=Comparison(quota.comparison),
            amount=asked.amount or None,
            amount_max=asked.amount_max,
            tolerance_percent=asked.tolerance_percent,
            measure=Measure(quota.measure),
            measure_word=quota.measure_word_zh if language == "zh" else quota.measure_word_en,
            wording=quota.wording_zh if language == "zh" else quota.wording_en,
            clause=quota.clause,
            city_pool=quota.city_pool,
            period=PeriodRead.of(quota),
            gross=row.counts.gross,
            revoked=row.counts.gross - row.counts.net,
            net=row.counts.net,
            in_stock=row.counts.in_stock,
            value=value,
            remaining=rules.remaining(value, asked),
            unallocated=None,
            completion_percent=rules.completion_percent(value, asked),
            status=rules.status(value, asked),
            pace=PaceRead.model_validate(found, from_attributes=True) if found else None,
            milestones=[MilestoneRead.model_validate(each, from_attributes=True) for each in row.standings],
            seats=row.seats,
            parked=parked,
            units=[UnitValue(unit=unit, value=count) for unit, count in row.units] if wanted.by_unit else None,
            of_which=[PartRead.of(part, language) for part in row.parts],
            as_of=wanted.on,
            known_at=wanted.known_at,
        )
