"""What the services answer about the records behind a number, as far as these pages show it."""

from datetime import date
from uuid import UUID

from services.portal.client.progress import PeriodAnswer
from services.portal.client.schemas import ServiceAnswer


class CountedAnswer(ServiceAnswer):
    """One record behind a number."""

    ordinal: int
    registration_id: UUID
    unit: str
    counted_on: date


class SubjectAnswer(ServiceAnswer):
    """Whose it is, masked by the registry."""

    kind: str = ""
    name: str = ""
    id_number: str | None = None


class RegistrationAnswer(ServiceAnswer):
    """A registration as its reader may see it."""

    state: str
    subject: SubjectAnswer
    external_ref: str | None = None
    decision_no: str | None = None


class CountingQuotaAnswer(ServiceAnswer):
    """The quota whose number it is."""

    id: UUID
    code: str
    programme: str
    wording_zh: str
    wording_en: str
    period: PeriodAnswer
