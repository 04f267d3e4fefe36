"""What notify reacts to."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.rules import KINDS, kind_for
from services.notify.calendar import queries as calendar
from services.notify.calendar.commands import keep_decrees
from services.notify.deliveries import commands as deliveries
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import queries as recipients
from services.notify.subscriptions import queries as subscriptions
from services.notify.subscriptions.rules import Departures, recipients_of
from shared import clock
from shared.consumer import Handler
from shared.contracts.calendar import CalendarDecreed
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
    now, is_working = clock.local(clock.now()), calendar.working_days(session)
    channels = {content.cause: recipients_of(content, active, now, is_working) for content in contents}
    raised = alerts.raise_alerts(session, [(content, channels[content.cause]) for content in contents])
    _send(session, raised, [channels[alert.cause][alert.recipient] for alert in raised])


def _send(session: Session, raised: Sequence[alerts.RaisedAlert], chosen: Sequence[Departures]) -> None:
    """Send alerts on their way by the channels that have them at once, and hold them back by the others."""
    written = messages.write(session, [NewMessage(alert.recipient, Purpose.ALERT, [alert.id]) for alert in raised])
    prompt = [{name for name, departure in each.items() if departure is None} for each in chosen]
    deliveries.start(session, list(zip(written, prompt, strict=True)))
    later = [
        deliveries.HeldBack(alert.id, alert.recipient, name, departure)
        for alert, each in zip(raised, chosen, strict=True)
        for name, departure in each.items()
        if departure
    ]
    deliveries.hold_back(session, later)


HANDLERS: Mapping[type[Event], Handler] = {
    **{kind.cause: alert_recipients for kind in KINDS.values()},
    CalendarDecreed: keep_decrees,
}
