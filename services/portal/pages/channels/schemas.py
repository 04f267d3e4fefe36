"""What notify answers about channels, as far as these pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownChannel(ServiceAnswer):
    """A channel; `version` is absent where it is always there. Its settings are in no answer."""

    code: str
    kind: str
    name: str
    by: str
    enabled: bool
    broken: str | None = None
    broken_at: datetime | None = None
    per_minute: int | None = None
    version: int | None = None

    @property
    def state(self) -> str:
        """Whether it is in use."""
        if self.broken:
            return "broken"
        return "enabled" if self.enabled else "disabled"


class ShownHealth(ServiceAnswer):
    """How a channel fares."""

    last_delivered_at: datetime | None = None
    failing_since: datetime | None = None
    last_code: str | None = None
    waiting: int
    held_back: int
    dead: int


class TrialAttempt(ServiceAnswer):
    """One attempt of a trial."""

    status: str
    code: str | None = None


class TrialDelivery(ServiceAnswer):
    """A trial of a channel, and what came of it."""

    id: UUID
    recipient: str
    state: str
    attempts: list[TrialAttempt]


class TrialPost(ServiceAnswer):
    """A post that a trial may go to."""

    code: str
    post_zh: str
    post_en: str
