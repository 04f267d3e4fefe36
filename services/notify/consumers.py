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
from services.notify.follow_ups.commands import opening as follow_ups
from services.notify.follow_ups.commands.clocks import reckon_anew
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

    What is red or critical opens a follow-up, and what recovered ends it. Alerts, their messages and deliveries,
    follow-ups and the events that announce them are one commit with the consumer's inbox.
    """
    names = recipients.names(session)
    active = subscriptions.active(session)
    contents = [
        alerts.content_of(event, kind, names)
        for event in events
        if isinstance(event, QuotaEvent) and (kind := kind_for(type(event)))
    ]
    now, is_working = clock.local(clock.now()), calendar.working_days(session)
    posts = recipients.posts(session)
    subscribed = {content.cause: recipients_of(content, active, now, is_working) for content in contents}
    heard = follow_ups.with_parts(session, contents, subscribed, posts)
    channels = {cause: with_stand_ins(each, posts, now.date()) for cause, each in heard.items()}
    raised = alerts.raise_alerts(session, [(content, channels[content.cause]) for content in contents])
    _send(session, raised, [_departures(alert, channels) for alert in raised])
    follow_ups.follow(session, contents, raised, heard, posts)


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


def move_working_days(session: Session, events: Sequence[Event]) -> None:
    """Keep the newest decree of each year (放假安排), and reckon by it what terms there are."""
    keep_decrees(session, events)
    reckon_anew(session)


HANDLERS: Mapping[type[Event], Handler] = {
    **{kind.cause: alert_recipients for kind in KINDS.values() if kind.cause},
    CalendarDecreed: move_working_days,
}
