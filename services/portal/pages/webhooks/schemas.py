"""What notify answers about endpoints, as far as these pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import DeliveryAttempt, ServiceAnswer


class ShownEndpoint(ServiceAnswer):
    """An endpoint of the visitor's institution; a secret is there only when it was made just now."""

    id: UUID
    url: str
    events: list[str]
    description: str | None = None
    enabled: bool
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_code: str | None = None
    previous_secret_until: datetime | None = None
    version: int
    secret: str | None = None


class EndpointDelivery(ServiceAnswer):
    """An event on its way to an endpoint; of a trial there is no registration."""

    id: UUID
    type: str
    registration_id: UUID | None = None
    happened_at: datetime
    state: str
    attempts: list[DeliveryAttempt]


class SentAgain(ServiceAnswer):
    """How many events are on their way again."""

    resent: int
