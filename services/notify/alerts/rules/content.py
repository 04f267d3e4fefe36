"""What an alert says, before it is anybody's: what happened to which subject, how much it matters, and its figures."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.notify.alerts.rules.states import Severity, SubjectKind

WHOLE = 1000  # tenths of a percent


class BilingualName(BaseModel):
    """A name as it was when the alert was raised, in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class AlertFacts(BaseModel):
    """The figures behind an alert (事实); `link` is the page of the portal that shows them.

    `percents` are the milestones it speaks of, lowest first; alerts before 0.2.0 have `percent` alone. Those of a
    follow-up say its owner, when its present term ends and whether by weekends alone so far (暂按周末推算), and of what
    kind the alert was that opened it. Those of an endpoint say its host, since when it fails and by what code, those of
    a channel its name and the code, those of a calendar its year; they are of no quota, whose id is nil (RFC 9562 5.9).
    """

    model_config = ConfigDict(frozen=True)

    quota_id: UUID
    code: str
    period_label: str
    value: int
    amount: int
    completion_percent: str | None
    recorded_on: date
    link: str
    programme_name: BilingualName
    unit_name: BilingualName | None = None
    measure_word: BilingualName
    percent: int | None = None
    percents: list[int] | None = None
    counted_on: date | None = None
    generation: int | None = None
    episode: int | None = None
    places: int | None = None
    amount_before: int | None = None
    effective_on: date | None = None
    document_no: str | None = None
    rebased: list[int] | None = None
    expected_percent: str | None = None
    ahead_points: str | None = None
    catch_up: int | None = None
    month: str | None = None
    comparison: str | None = None
    cause: str | None = None
    cause_count: int | None = None
    follow_up_id: UUID | None = None
    owner_name: BilingualName | None = None
    due_at: datetime | None = None
    due_by_weekends: bool | None = None
    opened_by: str | None = None
    endpoint_host: str | None = None
    failing_since: datetime | None = None
    failing_code: str | None = None
    channel_name: str | None = None
    calendar_year: int | None = None


@dataclass(frozen=True, eq=False)
class AlertContent:
    """What one event means as an alert, whoever receives it; `unit` None is the whole city, `programme`
    empty where it is of none.

    `percent` is the milestone it speaks of, None for what concerns all of its subject. Where several are said together
    it is the one that says most, and `also` are the events before `cause` that are said with it.
    """

    cause: UUID
    kind: str
    severity: Severity
    programme: str
    unit: str | None
    subject_kind: SubjectKind
    subject_ref: str
    percent: int | None
    facts: AlertFacts
    also: tuple[UUID, ...] = ()

    @property
    def causes(self) -> tuple[UUID, ...]:
        """Every event that is said by it."""
        return (*self.also, self.cause)


def completion_percent(value: int, amount: int, comparison: str | None = None) -> str | None:
    """完成率 with one decimal, floored, as figures have it: never 100.0 where the wording is not met; None without an
    amount. 超过 N with N is below 100, and a range is complete from its lower end on.
    """
    if amount <= 0:
        return None
    tenths = max(value, 0) * 1000 // amount
    if comparison == "between":
        tenths = min(tenths, WHOLE)
    if comparison == "more_than" and value <= amount:
        tenths = min(tenths, WHOLE - 1)
    return f"{tenths // 10}.{tenths % 10}"
