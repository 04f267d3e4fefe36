"""What notify answers about deliveries, as far as the page shows it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import DeliveryAttempt, ServiceAnswer

OF_AN_INSTITUTION = "institution-"  # how the code of its own post begins


class ShownDelivery(ServiceAnswer):
    """A delivery with its attempts; without an alert it is a trial of a channel."""

    id: UUID
    alert_id: UUID | None = None
    recipient: str
    channel: str
    state: str
    created_at: datetime
    attempts: list[DeliveryAttempt] = []

    @property
    def institution(self) -> str | None:
        """The institution whose own post or system it goes to, where it goes to one."""
        return self.recipient.removeprefix(OF_AN_INSTITUTION) if self.recipient.startswith(OF_AN_INSTITUTION) else None

    @property
    def to_a_system(self) -> bool:
        """Whether it goes to an endpoint (回调地址), with what became of a registration."""
        return self.channel.startswith("ep:")


class InstitutionNamed(ServiceAnswer):
    """A partner, and what people call it."""

    id: UUID
    name: str
