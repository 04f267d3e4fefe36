"""What quota answers about amounts, as far as these pages show it."""

from datetime import date, datetime
from uuid import UUID

from services.portal.client.progress import PeriodAnswer
from services.portal.client.schemas import ServiceAnswer


class ForeseenEffect(ServiceAnswer):
    """One thing that a decision changes, in the reader's language."""

    detail: str


class ListedQuota(ServiceAnswer):
    """A quota as it stands."""

    id: UUID
    code: str
    programme: str
    unit: str | None = None
    kind: str
    comparison: str
    amount: int
    amount_max: int | None = None
    tolerance_percent: int = 0
    measure: str
    period: PeriodAnswer
    milestones: list[int]
    clause: str
    wording_zh: str
    wording_en: str
    city_pool: bool = False
    document_no: str | None = None
    parent_id: UUID | None = None
    generation: int
    version: int
    awaiting: str | None = None
    effects: list[ForeseenEffect] = []


class AmountThen(ServiceAnswer):
    """An amount that a quota has or had."""

    generation: int
    amount: int
    effective_on: date
    document_no: str
    known_at: datetime
    value: int


class AwaitedChange(ServiceAnswer):
    """What one officer asked for, and another confirms."""

    amount_before: int
    amount: int
    effective_on: date
    document_no: str
    by: str
    at: datetime
    void: bool


class ShareAnswer(ServiceAnswer):
    """A unit's share."""

    unit: str
    quota_id: UUID
    amount: int
    effective_on: date
    document_no: str


class SplitAnswer(ServiceAnswer):
    """How the city's amount is split; `effects` by unit."""

    amount: int
    allocated: int
    unallocated: int
    shares: list[ShareAnswer]
    effects: dict[str, list[ForeseenEffect]] = {}
