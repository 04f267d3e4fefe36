"""What the registry answers about one's own sessions."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownSession(ServiceAnswer):
    """A session of the visitor's that goes on."""

    id: UUID
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool


class EndedAnswer(ServiceAnswer):
    """How many sessions have ended."""

    ended: int
