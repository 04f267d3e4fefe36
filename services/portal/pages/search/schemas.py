"""What the services answer about what is found, as far as a list of it shows."""

from uuid import UUID

from services.portal.client.alerts import FactsAnswer
from services.portal.client.schemas import ServiceAnswer


class FoundRegistration(ServiceAnswer):
    """A registration that is found."""

    id: UUID
    programme: str
    state: str
    reporting_unit: str
    external_ref: str | None = None


class FoundRegistrations(ServiceAnswer):
    """The registrations that are found, the newest first."""

    items: list[FoundRegistration]


class FoundBulletin(ServiceAnswer):
    """A bulletin that is found."""

    id: UUID
    title: str
    number: str | None = None


class FoundAlert(ServiceAnswer):
    """An alert that is found."""

    id: UUID
    title: str
    body: str = ""
    facts: FactsAnswer = FactsAnswer()
