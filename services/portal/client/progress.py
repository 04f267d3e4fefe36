"""What quota answers about how far it has come, and what the registry calls things; as far as any page shows it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer, Text

MilestoneState = Literal["pending", "reached", "fallen_back", "regained"]


class PeriodAnswer(ServiceAnswer):
    """The stretch of time a quota is for; without an end it runs on."""

    start: date
    end: date | None = None
    basis: str = ""
    label: str


class PaceAnswer(ServiceAnswer):
    """序时进度."""

    expected_percent: float
    ahead_points: str
    lamp: Literal["green", "yellow", "red"]
    by_quarter: bool = False


class ForecastAnswer(ServiceAnswer):
    """预测; all but the day are absent where the period has no end."""

    value_at_end: int | None = None
    low: int | None = None
    high: int | None = None
    attained_on: date | None = None
    needed_per_week: float | None = None


class SilentAnswer(ServiceAnswer):
    """未报送: units that owe a report for a month (YYYY-MM)."""

    month: str
    units: list[str]


class MilestoneAnswer(ServiceAnswer):
    """One milestone of one quota."""

    percent: int
    state: MilestoneState
    reached_on: date | None = None
    detected_at: datetime | None = None


class UnitValueAnswer(ServiceAnswer):
    """What one reporting unit contributes."""

    unit: str
    value: int


class PartAnswer(ServiceAnswer):
    """How many of a quota's heads are of a kind (其中)."""

    wording: Text
    value: int


class SeatsAnswer(ServiceAnswer):
    """How the places of a cap are used (名额)."""

    places: int
    held: int
    taken: int
    waiting: int
    over_committed: bool


class ProgressAnswer(ServiceAnswer):
    """How far one quota has come."""

    quota_id: UUID
    code: str
    programme: str
    unit: str | None = None
    amount: int | None = None
    amount_max: int | None = None
    measure_word: Text
    wording: Text
    clause: str
    period: PeriodAnswer
    gross: int = 0
    revoked: int = 0
    value: int
    programme_stock: int | None = None
    remaining: int | None = None
    completion_percent: str | None = None
    status: str
    unallocated: int | None = None
    pace: PaceAnswer | None = None
    forecast: ForecastAnswer | None = None
    silent: SilentAnswer | None = None
    milestones: list[MilestoneAnswer] = []
    units: list[UnitValueAnswer] | None = None
    of_which: list[PartAnswer] = []
    seats: SeatsAnswer | None = None
    parked: int = 0
    as_of: date
    known_at: datetime

    @property
    def has_amount(self) -> bool:
        """Whether something is to be reached; what has no amount is only counted."""
        return self.amount is not None and self.status != "no_amount"


class NamedAnswer(ServiceAnswer):
    """A code and what it is called."""

    code: str
    name_zh: str
    name_en: str


class ProgrammeAnswer(NamedAnswer):
    """A programme."""

    clause: str = ""


class UnitAnswer(NamedAnswer):
    """A reporting unit."""

    kind: str = ""
