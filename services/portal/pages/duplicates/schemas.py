"""What the registry answers about records that may be one person, as far as the pages show it."""

from datetime import date, datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class SignalShown(ServiceAnswer):
    """What made two records look like one person."""

    code: str
    detail: str


class ListedCase(ServiceAnswer):
    """A case of the queue; whoever is not of the bureau has its number and their own registrations alone."""

    id: UUID
    state: str | None = None
    signals: list[SignalShown] = []
    found_at: datetime | None = None
    registrations: list[UUID] = []


class OwnSubject(ServiceAnswer):
    """Whom or what a registration is of, masked."""

    name: str


class OwnRegistration(ServiceAnswer):
    """A registration of the visitor's own."""

    programme: str
    subject: OwnSubject


class HeldShown(ServiceAnswer):
    """A registration of one of the two."""

    id: UUID
    programme: str
    institution_id: UUID
    reporting_unit: str
    state: str
    fact_date: date
    counted_on: date | None = None
    yields: bool = False


class DocumentShown(ServiceAnswer):
    """A document, masked."""

    id_type: str
    id_country: str
    id_number: str
    replaced_at: datetime | None = None

    @property
    def written(self) -> str:
        """Where it is of, and its number."""
        return f"{self.id_country} {self.id_number}"


class SideShown(ServiceAnswer):
    """One of the two records, masked."""

    subject_ref: UUID
    name: str
    birth_date: str | None = None
    documents: list[DocumentShown]
    registrations: list[HeldShown]


class CaseEntryShown(ServiceAnswer):
    """What was once done to a case."""

    action: str
    by: str
    reason: str
    at: datetime


class RefusedFilingShown(ServiceAnswer):
    """What another institution filed, and was refused."""

    registration_id: UUID
    programme: str
    institution_id: UUID
    reporting_unit: str
    fact_date: date
    filed_at: datetime


class CaseShown(ServiceAnswer):
    """A case with both sides."""

    id: UUID
    state: str
    signals: list[SignalShown]
    credit_to: UUID | None = None
    found_at: datetime
    decided_at: datetime | None = None
    sides: list[SideShown]
    refused_filing: RefusedFilingShown | None = None
    history: list[CaseEntryShown]


class EmployerName(ServiceAnswer):
    """An institution and what it is called."""

    id: UUID
    name: str


class CaseDecided(ServiceAnswer):
    """A case that was decided, or is open again."""

    id: UUID
    state: str
