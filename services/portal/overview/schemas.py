"""What the services answer, as far as this page shows it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

State = Literal["pending", "reached", "fallen_back", "regained"]


def _in_readers_language(text: Any, info: ValidationInfo) -> Any:
    """A text the service gave in both languages, or in the one it was asked for."""
    return text.get((info.context or {}).get("language", "zh")) if isinstance(text, dict) else text


Text = Annotated[str, BeforeValidator(_in_readers_language)]


class Answer(BaseModel):
    """What is not shown is not looked at, so that services may add to their answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Period(Answer):
    """The stretch of time a quota is for; without an end it runs on."""

    start: date
    end: date | None = None
    basis: str = ""
    label: str


class Pace(Answer):
    """序时进度."""

    expected_percent: float
    ahead_points: str
    lamp: Literal["green", "yellow", "red"]
    by_quarter: bool = False


class Forecast(Answer):
    """预测; all but the day are absent where the period has no end."""

    value_at_end: int | None = None
    low: int | None = None
    high: int | None = None
    attained_on: date | None = None
    needed_per_week: float | None = None


class Silent(Answer):
    """未报送: units that owe a report for a month (YYYY-MM)."""

    month: str
    units: list[str]


class Milestone(Answer):
    """One milestone of one quota."""

    percent: int
    state: State
    reached_on: date | None = None
    detected_at: datetime | None = None


class UnitValue(Answer):
    """What one reporting unit contributes."""

    unit: str
    value: int


class Part(Answer):
    """How many of a quota's heads are of a kind (其中)."""

    wording: Text
    value: int


class Seats(Answer):
    """How the places of a cap are used (名额)."""

    places: int
    held: int
    taken: int
    waiting: int
    over_committed: bool


class Progress(Answer):
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
    period: Period
    value: int
    completion_percent: str | None = None
    status: str
    unallocated: int | None = None
    pace: Pace | None = None
    forecast: Forecast | None = None
    silent: Silent | None = None
    milestones: list[Milestone] = []
    units: list[UnitValue] | None = None
    of_which: list[Part] = []
    seats: Seats | None = None
    parked: int = 0
    as_of: date
    known_at: datetime


class Programme(Answer):
    """A programme and what it is called."""

    code: str
    name_zh: str
    name_en: str
    clause: str = ""


class ReportingUnit(Answer):
    """A reporting unit and what it is called."""

    code: str
    name_zh: str
    name_en: str


class Facts(Answer):
    """Where an alert's figures are shown."""

    link: str = "/"


class Alert(Answer):
    """An alert of the reader's inbox."""

    id: UUID
    severity: Literal["info", "notice", "warning", "critical"]
    title: str
    body: str
    state: str
    raised_at: datetime
    supersedes: UUID | None = None
    facts: Facts = Facts()


class Document(Answer):
    """The policy document in force."""

    number: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str


class Policy(Answer):
    """The policy in force."""

    document: Document
