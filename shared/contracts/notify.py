"""Events of notify: an alert raised for a recipient, acknowledged by them, escalated above them, and closed."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class AlertEvent(Event):
    """A fact about one alert (提醒); holds counts and codes, never a person's name or number."""

    source: ClassVar[str] = "/notify"
    topic: ClassVar[str] = "talent.notify.v1"

    alert_id: UUID
    kind: str
    severity: str
    programme: str
    unit: str | None = None
    recipient: str

    @property
    def key(self) -> str:
        """One alert's events travel in order."""
        return str(self.alert_id)


class AlertRaised(AlertEvent):
    """发出提醒"""

    type: ClassVar[str] = "notify.alert.raised.v1"


class AlertAcknowledged(AlertEvent):
    """签收"""

    type: ClassVar[str] = "notify.alert.acknowledged.v1"


class AlertEscalated(AlertEvent):
    """逾期未签收，报上级：`alert_id` is the owner's alert, `level` the rung of the ladder from 1 on."""

    type: ClassVar[str] = "notify.alert.escalated.v1"

    escalated_to: str
    level: int


class AlertClosed(AlertEvent):
    """随督办单销号"""

    type: ClassVar[str] = "notify.alert.closed.v1"


NOTIFY_EVENTS: tuple[type[AlertEvent], ...] = (AlertRaised, AlertAcknowledged, AlertEscalated, AlertClosed)
