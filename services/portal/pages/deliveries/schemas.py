"""What notify answers about deliveries, as far as the page shows it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import DeliveryAttempt, ServiceAnswer


class ShownDelivery(ServiceAnswer):
    """A delivery with its attempts; without an alert it is a trial of a channel."""

    id: UUID
    alert_id: UUID | None = None
    recipient: str
    channel: str
    state: str
    created_at: datetime
    attempts: list[DeliveryAttempt] = []
