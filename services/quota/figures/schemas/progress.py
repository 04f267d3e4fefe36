"""What is asked of progress, and the item that leaders, the portal and bulletins read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.counting.rules.heads import Counts
from services.quota.counting.rules.milestones import MilestoneStanding, MilestoneState
from services.quota.figures import rules
from services.quota.pace.rules.curves import Lamp, Pace
from services.quota.pace.rules.forecast import Forecast
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Attainment, Measure, QuotaComparison, QuotaKind, Wording
from services.quota.quotas.schemas import PeriodRead
from services.quota.seats.schemas import PlacesRead
from shared.problems import Language


@dataclass(frozen=True)
class ProgressQuery:
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
class Silent:
    """The units that owe a report on a quota for a month (YYYY-MM) and were not heard of."""

    month: str
    units: list[str]


@dataclass(frozen=True)
class Outlook:
    """What stands beside a figure."""

    pace: Pace | None = None
    forecast: Forecast | None = None
    silent: Silent | None = None

    def of_unit(self, unit: str) -> "Outlook":
        """What remains of it for a unit that contributes: whether it was heard of."""
        return Outlook(
            silent=self.silent and Silent(self.silent.month, [each for each in self.silent.units if each == unit])
        )


@dataclass(frozen=True)
class Progress:
    """One quota, or one unit's contribution to a quota of the city, with its figures."""

    quota: Quota
    unit: str | None
    wording: Wording
    counts: Counts
    standings: list[MilestoneStanding]
    units: list[tuple[str, int]]
    seats: PlacesRead | None
    unallocated: int | None
    outlook: Outlook
    parts: list["Progress"] = field(default_factory=list)
    programme_stock: int | None = None

    @property
    def value(self) -> int:
        """The figure that the quota's measure names."""
        return self.counts.measured(self.quota.measure)


class PaceRead(BaseModel):
    """序时进度: what is expected by the day, and the lamp beside it."""

    expected_percent: str
    ahead_points: str = Field(description="percentage points (百分点) ahead of time, rounded down; negative: behind")
    lamp: Lamp = Field(description="by the points behind; today's stays red until the headcount is in step again")
    catch_up: int = Field(description="heads missing to be in step")
    curve: str = Field(description="by_month, by_day, last_year or by_hand, as it was used")
    by_quarter: bool = Field(description="a small amount: the lamp compares with the last end of a quarter (按季)")


class ForecastRead(BaseModel):
    """预测: the months gone by, carried on. All but the day are null without an end of the period."""

    value_at_end: int | None
    low: int | None = Field(description="four of five futures lie between low and high")
    high: int | None
    attained_on: date | None = Field(description="the day the amount is foreseen to be met; null: not in the period")
    needed_per_week: float | None = Field(description="heads a week from here on that meet the amount at the end")


class SilentRead(BaseModel):
    """未报送: units that owe a monthly report and sent neither a registration nor a nil return (零报告)."""

    month: str = Field(description="YYYY-MM, the last month whose reports are due")
    units: list[str]


class MilestoneRead(BaseModel):
    """One milestone (节点), in percent of the amount."""

    percent: int
    state: MilestoneState
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
    kind: QuotaKind
    comparison: QuotaComparison
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
    programme_stock: int | None = Field(
        description="在库 of the programme as a whole, those recognised before the period included; of organisations of"
        " the city, as they are known now; null elsewhere"
    )
    remaining: int | None
    unallocated: int | None = Field(
        description="未分解: what no unit was given, negative where more was given; null until it is split to units"
    )
    completion_percent: str | None = Field(
        description="完成率, one decimal, rounded down; never 100.0 where the wording is not met"
    )
    status: Attainment
    pace: PaceRead | None = Field(description="null where the period has no end or nothing is asked")
    forecast: ForecastRead | None = Field(
        description="null where nothing is asked, the period is over, fewer than three whole months of it are known,"
        " or none of the last twelve brought anything"
    )
    silent: SilentRead | None = Field(description="null where no unit owes a monthly report")
    milestones: list[MilestoneRead]
    seats: PlacesRead | None = Field(description="名额, as they are now; null without a cap, and for the past")
    parked: int = Field(description="events that could not be taken in; figures may be incomplete while there are any")
    units: list[UnitValue] | None = Field(description="with `by=unit` alone")
    of_which: list[PartRead] = Field(description="其中: plain counts within this target, in its measure word")
    as_of: date
    known_at: datetime

    @classmethod
    def of(cls, row: Progress, wanted: ProgressQuery, parked: int, language: Language) -> Self:
        """A row in the reader's language."""
        quota, wording, value, beside = row.quota, row.wording, row.value, row.outlook
        return cls(
            quota_id=quota.id,
            code=quota.code,
            programme=quota.programme,
            unit=row.unit,
            kind=QuotaKind(quota.kind),
            comparison=QuotaComparison(quota.comparison),
            amount=wording.amount or None,
            amount_max=wording.amount_max,
            tolerance_percent=wording.tolerance_percent,
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
            programme_stock=row.programme_stock,
            remaining=rules.remaining(value, wording),
            unallocated=row.unallocated,
            completion_percent=rules.completion_percent(value, wording),
            status=rules.status(value, wording),
            pace=PaceRead.model_validate(beside.pace, from_attributes=True) if beside.pace else None,
            forecast=ForecastRead.model_validate(beside.forecast, from_attributes=True) if beside.forecast else None,
            silent=SilentRead.model_validate(beside.silent, from_attributes=True) if beside.silent else None,
            milestones=[MilestoneRead.model_validate(each, from_attributes=True) for each in row.standings],
            seats=row.seats,
            parked=parked,
            units=[UnitValue(unit=unit, value=count) for unit, count in row.units] if wanted.by_unit else None,
            of_which=[PartRead.of(part, language) for part in row.parts],
            as_of=wanted.on,
            known_at=wanted.known_at,
        )
