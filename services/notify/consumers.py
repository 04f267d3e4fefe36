"""What notify reacts to."""

from collections.abc import Mapping, Sequence
from functools import reduce
from uuid import UUID

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
from services.notify.subscriptions.rules import Departures, recipients_of, sooner, with_stand_ins
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
    alerts.note(session, contents)
    now, is_working = clock.local(clock.now()), calendar.working_days(session)
    posts = recipients.posts(session)
    channels = {
        content.cause: with_stand_ins(recipients_of(content, active, now, is_working), posts, now.date())
        for content in contents
    }
    raised = alerts.raise_alerts(session, [(content, channels[content.cause]) for content in contents])
    _send(session, raised, [_departures(alert, channels) for alert in raised])


def _departures(alert: alerts.RaisedAlert, channels: Mapping[UUID, Mapping[str, Departures]]) -> Departures:
    """By each channel as early as the earliest of what the alert says."""
    return reduce(sooner, (channels[cause][alert.recipient] for cause in alert.causes))


def _send(session: Session, raised: Sequence[alerts.RaisedAlert], chosen: Sequence[Departures]) -> None:
    """Send alerts on their way by the channels that have them at once, and hold them back by the others.

    What a post hears of one batch by the same channels is one message.
    """
    together: dict[tuple[str, frozenset[str]], list[UUID]] = {}
    for alert, each in zip(raised, chosen, strict=True):
        prompt = frozenset(name for name, departure in each.items() if departure is None)
        together.setdefault((alert.recipient, prompt), []).append(alert.id)
    written = messages.write(session, [NewMessage(to, Purpose.ALERT, ids) for (to, _), ids in together.items()])
    deliveries.start(session, list(zip(written, [prompt for _, prompt in together], strict=True)))
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
