"""What notify reacts to."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts import queries as alert_queries
from services.notify.alerts.rules import CALENDAR_MISSING, KINDS, AlertContent, SubjectKind, kind_for
from services.notify.calendar import queries as calendar
from services.notify.calendar.commands import keep_decrees
from services.notify.connections import queries as connections
from services.notify.deliveries import commands as deliveries
from services.notify.deliveries import queries as delivery_queries
from services.notify.follow_ups.commands import opening as follow_ups
from services.notify.follow_ups.commands.clocks import reckon_anew
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from services.notify.recipients.rules import may_see
from services.notify.subscriptions import queries as subscriptions
from services.notify.subscriptions.commands import endpoints
from services.notify.subscriptions.rules import Departures, as_it_was_heard, recipients_of, sooner, with_stand_ins
from shared import clock
from shared.consumer import Handler
from shared.contracts.calendar import CalendarDecreed
from shared.contracts.institution import INSTITUTION_EVENTS, InstitutionEvent
from shared.contracts.quota import QuotaEvent
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent
from shared.contracts.self_check import SelfCheckPassedOn
from shared.events import Event
from shared.self_checks import arrive

CORRECTED = "milestone"  # the series that corrections are of

HeardBy = dict[tuple[str, int | None], dict[str, Collection[str]]]  # by subject and milestone: posts, and channels


def alert_recipients(session: Session, events: Sequence[Event]) -> None:
    """Raise an alert of these events for every post that asked to hear of them, and send it on its way.

    What is red or critical opens a follow-up, and what recovered ends it. Alerts, their messages and deliveries,
    follow-ups and the events that announce them are one commit with the consumer's inbox.
    """
    names = recipients.names(session)
    contents = [
        alerts.content_of(event, kind, names)
        for event in events
        if isinstance(event, QuotaEvent) and (kind := kind_for(type(event)))
    ]
    alerts.note(session, contents)
    posts = recipients.posts(session)
    heard = follow_ups.with_parts(session, contents, _hearers(session, contents, posts), posts)
    today = clock.today()
    channels = {cause: with_stand_ins(each, posts, today) for cause, each in heard.items()}
    raised = alerts.raise_alerts(session, [(content, channels[content.cause]) for content in contents])
    _send(session, raised, [_departures(alert, channels) for alert in raised])
    follow_ups.follow(session, contents, raised, heard, posts)


def _hearers(
    session: Session, contents: Sequence[AlertContent], posts: Mapping[str, AlertRecipient]
) -> dict[UUID, Mapping[str, Departures]]:
    """By event the posts that hear of it: who asked to, and who heard what it corrects."""
    active = subscriptions.active(session)
    now, is_working = clock.local(clock.now()), calendar.working_days(session)
    heard = _heard_before(session, contents)
    found: dict[UUID, Mapping[str, Departures]] = {}
    for content in contents:
        kind, about = KINDS[content.kind], (content.subject_ref, content.percent)
        hearing = recipients_of(content, active, now, is_working)
        if kind.corrects:
            ways = _ways(heard, *about, {code for code, post in posts.items() if may_see(post, content.unit)})
            for post, departures in as_it_was_heard(ways, content.severity, active, now, is_working).items():
                hearing[post] = sooner(hearing.get(post, {}), departures)
        if kind.series == CORRECTED:
            heard.setdefault(about, {}).update(hearing)
        found[content.cause] = hearing
    return found


def _heard_before(session: Session, contents: Sequence[AlertContent]) -> HeardBy:
    """Who heard of the milestones that some of these correct, and by which channels that are in use."""
    refs = {content.subject_ref for content in contents if KINDS[content.kind].corrects}
    if not refs:
        return {}
    last = alert_queries.last_in_series(session, SubjectKind.QUOTA, refs)
    ways, in_use = delivery_queries.ways_of(session, set(last.values())), connections.in_use(session)
    heard: HeardBy = {}
    for (recipient, ref, series, percent), alert_id in last.items():
        if series == CORRECTED:
            heard.setdefault((ref, percent), {})[recipient] = ways.get(alert_id, set()) & in_use
    return heard


def _ways(heard: HeardBy, ref: str, percent: int | None, posts: Collection[str]) -> dict[str, set[str]]:
    """The posts that heard of a milestone, or where none is named of any, with the channels by which they did."""
    found: dict[str, set[str]] = {}
    for (subject, milestone), by_post in heard.items():
        if subject == ref and percent in (None, milestone):
            for post in by_post.keys() & posts:
                found.setdefault(post, set()).update(by_post[post])
    return found


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
    about = {each.id: (each.subject_kind, each.subject_ref, each.series) for each in raised if each.series}
    deliveries.overtake(
        session,
        {
            message.id: {about[each] for each in ids if each in about}
            for message, ids in zip(written, together.values(), strict=True)
        },
    )
    later = [
        deliveries.HeldBack(alert.id, alert.recipient, name, departure)
        for alert, each in zip(raised, chosen, strict=True)
        for name, departure in each.items()
        if departure
    ]
    deliveries.hold_back(session, later)


def move_working_days(session: Session, events: Sequence[Event]) -> None:
    """Keep the newest decree of each year (放假安排), and reckon by it what terms there are.

    What was said of a year that had none is closed.
    """
    keep_decrees(session, events)
    reckon_anew(session)
    for year in sorted({event.year for event in events if isinstance(event, CalendarDecreed)}):
        alerts.close(session, alert_queries.unclosed(session, CALENDAR_MISSING, str(year)))


def deliver_to_institutions(session: Session, events: Sequence[Event]) -> None:
    """Send events of registrations on their way to endpoints of the institution whose each is."""
    deliveries.deliver_events(session, [event for event in events if isinstance(event, RegistrationEvent)])


def follow_institutions(session: Session, events: Sequence[Event]) -> None:
    """Send nothing more to institutions that take part no longer (停用), and let those begin anew that do again."""
    endpoints.follow(session, [event for event in events if isinstance(event, InstitutionEvent)])


HANDLERS: Mapping[type[Event], Handler] = {
    **dict.fromkeys(REGISTRATION_EVENTS, deliver_to_institutions),
    **{kind.cause: alert_recipients for kind in KINDS.values() if kind.cause},
    **dict.fromkeys(INSTITUTION_EVENTS, follow_institutions),
    CalendarDecreed: move_working_days,
    SelfCheckPassedOn: arrive,
}
