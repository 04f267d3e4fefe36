"""What notify reacts to."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.rules import KINDS, kind_for
from services.notify.deliveries import commands as deliveries
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import queries as recipients
from services.notify.subscriptions import queries as subscriptions
from services.notify.subscriptions.rules import recipients_of
from shared.consumer import Handler
from shared.contracts.quota import QuotaEvent
from shared.events import Event


def alert_recipients(session: Session, events: Sequence[Event]) -> None:
    """Raise an alert of these events for every post that asked to hear of them, and send it on its way.

    Alerts, their messages and deliveries, and the events that announce them are one commit with the consumer's inbox.
    """
    names = recipients.names(session)
    active = subscriptions.active(session)
    contents = [
        alerts.content_of(event, kind, names)
        for event in events
        if isinstance(event, QuotaEvent) and (kind := kind_for(type(event)))
    ]
    channels = {content.cause: recipients_of(content, active) for content in contents}
    raised = alerts.raise_alerts(session, [(content, channels[content.cause]) for content in contents])
    written = messages.write(session, [NewMessage(alert.recipient, Purpose.ALERT, [alert.id]) for alert in raised])
    chosen = [channels[alert.cause][alert.recipient] for alert in raised]
    deliveries.start(session, list(zip(written, chosen, strict=True)))


HANDLERS: Mapping[type[Event], Handler] = {kind.cause: alert_recipients for kind in KINDS.values()}
