"""What an alert holds and how it is answered: counts, codes and links, never a person's name or number."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.notify.alerts.rules import Kind, Severity, State


class Names(BaseModel):
    """A name as it was when the alert was raised, in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class Facts(BaseModel):
    """The figures behind an alert (事实); `link` is the page of the portal that shows them."""

    model_config = ConfigDict(frozen=True)

    quota_id: UUID
    code: str
    period_label: str
    value: int
    amount: int
    completion_percent: str | None
    recorded_on: date
    link: str
    programme_name: Names
    unit_name: Names | None = None
    measure_word: Names
    percent: int | None = None
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


class AlertRead(BaseModel):
    """One alert (提醒) in the reader's language."""

    id: UUID
    kind: Kind
    severity: Severity
    programme: str
    unit: str | None
    title: str
    body: str
    facts: Facts
    state: State
    raised_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    recipient: str
    supersedes: UUID | None
    version: int
