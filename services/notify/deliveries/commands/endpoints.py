"""Events on their way to institutions' endpoints: started, sent again by time, tried, and given up where one is off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.notify.alerts.rules import ENDPOINT_OFF
from services.notify.channels.protocol import SendOutcome, SendResult
from services.notify.deliveries import errors, queries
from services.notify.deliveries.commands.saying import say_of_system
from services.notify.deliveries.commands.starting import start_at_endpoints
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.queries import EndpointDeliveryRecord
from services.notify.deliveries.rules import DeliveryState
from services.notify.deliveries.schemas import EndpointReplay, EndpointReplayed
from services.notify.messages import commands as messages
from services.notify.messages.rules import EndpointTrial, NewEventMessage, Purpose, event_body
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import PostDuty, institution_post
from services.notify.subscriptions import errors as endpoint_errors
from services.notify.subscriptions import queries as subscriptions
from services.notify.subscriptions.commands import endpoints
from services.notify.subscriptions.models import WebhookEndpoint, endpoint_settings
from services.notify.subscriptions.rules import lane_of
from shared import clock
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal

MOST_AGAIN = 10_000  # events that one request sends again
KEPT_EVENTS = timedelta(days=90)  # for as long as they are sent again by time
FORGOTTEN_AT_ONCE = 500


class EndpointReplayRequest(NamedTuple):
    """An endpoint, and the time whose events it wants again."""

    endpoint_id: UUID
    of: EndpointReplay


def deliver_events(session: Session, events: Sequence[RegistrationEvent]) -> None:
    """Send events of registrations on their way to the endpoints of the institution whose each is, and to nobody else.

    A message and what it carries for each event of an institution that has an endpoint; a delivery for each endpoint
    that is on and wants such events. Events of one registration go in one lane, one after the other.
    """
    there = subscriptions.endpoints_of(session, {event.institution_id for event in events})
    wanted = [event for event in events if event.institution_id in there]
    new = [
        NewEventMessage(
            recipient=institution_post(event.institution_id),
            event_id=event.id,
            registration_id=event.registration_id,
            type=event.type,
            happened_at=event.time,
            body=event_body(event),
        )
        for event in wanted
    ]
    outgoing = [
        (message, endpoint.channel, lane_of(event.registration_id))
        for message, event in zip(messages.write_events(session, new), wanted, strict=True)
        for endpoint in there[event.institution_id]
        if endpoint.enabled and (endpoint.events is None or event.type in endpoint.events)
    ]
    start_at_endpoints(session, outgoing)


@operation(
    "replay_endpoint",
    roles=endpoints.WRITERS,
    target=lambda wanted: wanted.endpoint_id,
    effect=lambda again: Effect(again.endpoint_id),
)
def replay(session: Session, calls: Sequence[Call[EndpointReplayRequest]]) -> list[EndpointReplayed | Refusal]:
    """Send again to endpoints what happened in a time (按时间补发), by the same ids, so that a receiver can tell.

    Also what happened while one was off, and what it did not ask for then, as far back as KEPT_EVENTS. Writes
    deliveries, leaving alone what is on its way. Refuses NotFound for another institution's, EndpointOff, InvalidBody
    for more than MOST_AGAIN events.
    """
    return [_replayed(session, call) for call in calls]


def _replayed(session: Session, call: Call[EndpointReplayRequest]) -> EndpointReplayed | Refusal:
    endpoint = subscriptions.endpoint(session, call.caller, call.item.endpoint_id)
    if endpoint is None:
        return NotFound()
    if not endpoint.enabled:
        return endpoint_errors.EndpointOff()
    found = queries.events_between(session, endpoint, call.item.of.since, call.item.of.until, MOST_AGAIN)
    if len(found) > MOST_AGAIN:
        return InvalidBody(errors.too_many_events("/since", MOST_AGAIN))
    ids = [each.message_id for each in found]
    of_these = (col(Delivery.channel) == endpoint.channel) & col(Delivery.message_id).in_(ids)
    there = set(session.exec(select(Delivery.message_id).where(of_these)))
    settled = col(Delivery.state).in_((DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SKIPPED))
    again = {"state": DeliveryState.PENDING, "tries": 0, "due_at": clock.now()}
    statement = update(Delivery).where(of_these, settled).values(again).returning(col(Delivery.id))
    resent = len(session.execute(statement).all())
    new = [each for each in found if each.message_id not in there]
    written = [messages.WrittenMessage(each.message_id, each.recipient, None) for each in new]
    lanes = [lane_of(each.registration_id) for each in new]
    start_at_endpoints(session, [(one, endpoint.channel, lane) for one, lane in zip(written, lanes, strict=True)])
    return EndpointReplayed(endpoint_id=endpoint.id, resent=resent + len(new))


@operation(
    "test_endpoint", roles=endpoints.WRITERS, target=lambda id_: id_, effect=lambda record: Effect(record.delivery.id)
)
def send_trial(session: Session, calls: Sequence[Call[UUID]]) -> list[EndpointDeliveryRecord | Refusal]:
    """Send a trial to endpoints (回调测试), which goes the way of every event and is kept like one.

    Writes a message of purpose test, what it carries, and a delivery. Refuses NotFound, EndpointOff.
    """
    outcomes: list[EndpointDeliveryRecord | Refusal] = []
    for call in calls:
        endpoint = subscriptions.endpoint(session, call.caller, call.item)
        if endpoint is None or not endpoint.enabled:
            outcomes.append(endpoint_errors.EndpointOff() if endpoint else NotFound())
            continue
        trial = EndpointTrial(endpoint_id=endpoint.id)
        new = NewEventMessage(
            recipient=institution_post(endpoint.institution_id),
            event_id=trial.id,
            registration_id=None,
            type=trial.type,
            happened_at=trial.time,
            body=event_body(trial),
        )
        written = messages.write_events(session, [new], Purpose.TEST)
        start_at_endpoints(session, [(message, endpoint.channel, lane_of(None)) for message in written])
        outcomes.append(queries.endpoint_deliveries(session, endpoint, None, None, 1)[0])
    return outcomes


def forget_events(database: Database) -> int:
    """Remove what endpoints were sent KEPT_EVENTS ago, with its ledger, and what nobody was sent (保存期限); how many.

    What is on its way stays until it is settled. A transaction for each FORGOTTEN_AT_ONCE.
    """
    forgotten = 0
    while True:
        with database.writing() as session:
            ids = queries.events_to_forget(session, clock.now() - KEPT_EVENTS, FORGOTTEN_AT_ONCE)
            of_these = select(Delivery.id).where(col(Delivery.message_id).in_(ids))
            session.execute(delete(Attempt).where(col(Attempt.delivery_id).in_(of_these)))
            session.execute(delete(Delivery).where(col(Delivery.message_id).in_(ids)))
            messages.forget(session, ids)
        forgotten += len(ids)
        if len(ids) < FORGOTTEN_AT_ONCE:
            return forgotten


def give_up(session: Session, channel: str, now: datetime) -> None:
    """Give up what is due to an endpoint that is off, or was removed: it is sent again when it is wanted."""
    failed = {"state": DeliveryState.FAILED, "due_at": None}
    session.execute(update(Delivery).where(queries.is_due(channel, now)).values(failed))


def note_at_endpoint(
    session: Session, endpoint: WebhookEndpoint, outcomes: Sequence[tuple[Delivery, SendOutcome, int]]
) -> None:
    """Keep what attempts came to of an endpoint whose row is locked, each with the version of it by which it went.

    Where it went off by that (自动停用), an alert each to the institution's own post and to the posts of operators says
    so. What no longer takes anything at the address of before says nothing of the one that there is now.
    """
    heard = endpoints.HeardOf(
        delivered=any(outcome.result is SendResult.DELIVERED for _, outcome, _ in outcomes),
        given_up=next((outcome.code for each, outcome, _ in outcomes if each.state == DeliveryState.FAILED), None),
        refused=any(outcome.channel_broken and version == endpoint.version for _, outcome, version in outcomes),
    )
    failing_since = endpoint.failing_since or clock.now()
    if not endpoints.note_attempts(session, endpoint, heard):
        return
    posts = {institution_post(endpoint.institution_id), *recipients.with_duty(session, PostDuty.OPERATOR)}
    facts = {
        "link": "/alerts",
        "endpoint_host": urlsplit(endpoint_settings(endpoint)["url"]).netloc,
        "failing_since": failing_since,
        "failing_code": endpoint.disabled_code,
    }
    cause = uuid5(endpoint.id, f"off {endpoint.version}")
    say_of_system(session, ENDPOINT_OFF, str(endpoint.id), cause, posts, facts)
