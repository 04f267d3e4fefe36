"""What notify answers about alerts, as far as the pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.alerts import AlertAnswer, FactsAnswer
from services.portal.client.schemas import ServiceAnswer
from services.portal.shell.figures import link_within


class InboxAlert(AlertAnswer):
    """One alert of an inbox."""

    acknowledged_at: datetime | None = None
    recipient: str
    facts: FactsAnswer = FactsAnswer(link="")

    @property
    def page(self) -> str | None:
        """The page with its figures; None where it names none of ours."""
        link = self.facts.link
        return link if link and link_within(link) == link else None


class FollowUpOfAlert(ServiceAnswer):
    """The follow-up to which an alert belongs."""

    id: UUID


class AlertDelivery(ServiceAnswer):
    """One way an alert went to its post."""

    id: UUID
    channel: str
    state: str
    created_at: datetime
