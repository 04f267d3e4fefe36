"""What quota answers about one quota beyond its progress, as far as the page of its programme shows it."""

from datetime import date, datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class MonthAnswer(ServiceAnswer):
    """What one month (YYYY-MM) added, what of it was learnt late (补报), and what stood at its end."""

    month: str
    added: int
    late: int
    learnt_late: int
    year_on_year_percent: str | None = None
    value: int


class QuotaAnswer(ServiceAnswer):
    """The quota (目标任务) behind the figures."""

    id: UUID
    comparison: str
    tolerance_percent: int = 0
    measure: str
    document_no: str | None = None
    city_pool: bool = False
    awaiting: str | None = None


class RevisionAnswer(ServiceAnswer):
    """An amount that it has or had (目标调整)."""

    generation: int
    amount: int
    effective_on: date
    document_no: str
    known_at: datetime
