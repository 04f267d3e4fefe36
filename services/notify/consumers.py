"""What notify reacts to."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.tidings import KINDS, Told, tiding_of
from services.notify.deliveries import commands as deliveries
from services.notify.recipients import queries as recipients
from services.notify.subscriptions import queries as subscriptions
from services.notify.subscriptions.rules import who_hears
from shared.consumer import Handler
from shared.events import Event


def tell(session: Session, events: Sequence[Event]) -> None:
    """Raise an alert for every post that asked to hear of these events, and send it on its way."""
    names = recipients.names(session)
    wishes = subscriptions.wishes(session)
    tidings = [tiding_of(event, names) for event in events if isinstance(event, Told)]
    heard = [(tiding, who_hears(wishes, tiding.happening)) for tiding in tidings]
    raised = alerts.raise_alerts(session, [(tiding, hearers.keys()) for tiding, hearers in heard])
    by_cause = {tiding.cause: hearers for tiding, hearers in heard}
    deliveries.lay_out(session, raised, {alert.id: by_cause[alert.cause_event_id][alert.recipient] for alert in raised})


HANDLERS: Mapping[type[Event], Handler] = dict.fromkeys(KINDS, tell)
