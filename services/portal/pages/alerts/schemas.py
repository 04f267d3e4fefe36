"""What notify answers about alerts, as far as the pages show it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class AlertFigures(ServiceAnswer):
    """Where an alert's figures are shown."""

    link: str = ""


class InboxAlert(ServiceAnswer):
    """One alert, in the reader's language."""

    id: UUID
    severity: Literal["info", "notice", "warning", "critical"]
    title: str
    body: str
    state: str
    raised_at: datetime
    acknowledged_at: datetime | None = None
    recipient: str
    supersedes: UUID | None = None
    facts: AlertFigures = AlertFigures()

    @property
    def page(self) -> str | None:
        """The page with its figures; None where it names none of ours."""
        link = self.facts.link
        return link if link.startswith("/") and not link.startswith("//") else None


class AlertDelivery(ServiceAnswer):
    """One way an alert went to its post."""

    id: UUID
    channel: str
    state: str
    created_at: datetime
