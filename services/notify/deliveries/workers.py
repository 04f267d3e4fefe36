"""The senders, one for each channel: claim what is due, send it with no transaction open, record what came of it."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial

from services.notify.channels.protocol import Channel, OutgoingMessage, SendOutcome, SendResult
from services.notify.channels.registry import channels, with_addresses
from services.notify.channels.webhook import EndpointChannel
from services.notify.connections import queries as connections
from services.notify.deliveries import commands, queries
from services.notify.deliveries.rules import MISTAKE
from services.notify.messages import rendering
from services.notify.subscriptions import queries as subscriptions
from shared import clock
from shared.db import Database
from shared.logs import log_once
from shared.self_checks import deliver
from shared.service import Context
from shared.traces import Here, Hop, passing

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64  # messages on their way by one channel: what a claim and a record cost is shared by as many
MOMENT = 0.25  # seconds for which a sender waits for what it sent, before it sends more

Sent = tuple[SendOutcome, int]  # what came of it, and how many milliseconds it took


class Lane:
    """What a sender has on its way by one channel: several at once, of each post and address one.

    It waits a moment for what it sent, so that a stop in good order leaves nothing behind; what takes longer goes on
    beside what is sent next, and delays nobody.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="send")
        self._under_way: dict[Future[Sent], commands.DeliveryClaim] = {}

    @property
    def room(self) -> int:
        """How many more may go."""
        return MOST_AT_ONCE - len(self._under_way)

    def start(self, channel: Channel, claims: Sequence[commands.DeliveryClaim], portal: str) -> set[Future[Sent]]:
        """Send these beside what is on its way; what to wait for."""
        new = {self._pool.submit(send, channel, each, portal): each for each in claims}
        self._under_way |= new
        return set(new or self._under_way)

    def settled(self) -> list[tuple[commands.DeliveryClaim, Sent]]:
        """What came back by now."""
        done = [each for each in self._under_way if each.done()]
        return [(self._under_way.pop(each), each.result()) for each in done]

    def close(self) -> None:
        """End its threads, once nothing is on its way."""
        self._pool.shutdown()


OpenedChannels = Mapping[str, Channel]


def senders(context: Context) -> list[Callable[[], int]]:
    """The loops of a running service: one for each channel that sends, one for endpoints, one for what is connected."""
    portal = context.settings.url("portal")
    opened = [channels()[name](context.settings) for name in with_addresses()]
    by_themselves = [partial(send_due, context.database, channel, portal, channel.name, Lane()) for channel in opened]
    at_endpoints = partial(send_to_endpoints, context, portal, {})
    self_checks = partial(deliver, context.database)
    return [*by_themselves, at_endpoints, partial(send_by_connected, context, portal, {}), self_checks]


def send_by_connected(context: Context, portal: str, lanes: dict[str, Lane]) -> int:
    """Send what is due by each connected channel in use, in a lane of its own; how many were sent."""
    with context.database.reading() as session:
        now = clock.now()
        codes = [code for code in connections.in_use(session) if code not in channels()]
        due = [code for code in codes if code in lanes or any(queries.anything_to_do(session, code, now))]
        opened = {code: connections.opened(session, code, context.settings) for code in due}
    return send_beside(context.database, {code: each for code, each in opened.items() if each}, portal, lanes)


def send_to_endpoints(context: Context, portal: str, lanes: dict[str, Lane]) -> int:
    """Send what is due to endpoints of institutions, each in a lane of its own; how many were sent.

    What is due to one that is off, or was removed, is given up.
    """
    now = clock.now()
    with context.database.reading() as session:
        due = queries.endpoints_due(session, now)
        opened = {each.channel: subscriptions.opened_endpoint(each) for each in due if each.enabled}
    off = [each.channel for each in due if not each.enabled]
    if off:
        with context.database.writing() as session:
            for code in off:
                commands.give_up(session, code, now)
    idle = [code for code, lane in lanes.items() if code not in opened and lane.room == MOST_AT_ONCE]
    for code in idle:
        lanes.pop(code).close()
    return send_beside(context.database, opened, portal, lanes)


def send_beside(database: Database, opened: OpenedChannels, portal: str, lanes: dict[str, Lane]) -> int:
    """Send what is due by several channels beside one another: what hangs in one lane holds up none of the others."""
    claimed, begun = 0, list[set[Future[Sent]]]()
    for code, channel in opened.items():
        lane = lanes.setdefault(code, Lane())
        claims = _claimed(database, channel, code, lane.room)
        claimed += len(claims)
        begun.append(lane.start(channel, claims, portal))
    _await_one([each for each in begun if each])
    return max(claimed, sum(_record(database, lane) for lane in lanes.values()))


def _await_one(begun: Sequence[set[Future[Sent]]]) -> None:
    """Wait a moment, or until all that began in one of the lanes is back."""
    until = time.monotonic() + MOMENT
    while begun and (left := until - time.monotonic()) > 0 and not any(all(f.done() for f in each) for each in begun):
        wait([future for each in begun for future in each if not future.done()], left, FIRST_COMPLETED)


def send_due(database: Database, channel: Channel, portal: str, code: str, lane: Lane) -> int:
    """Send what is due by a channel, as many at once as it has room for; how many were sent or came back.

    Nothing is written while nothing is due, and no transaction is open while anything is on its way.
    """
    return send_beside(database, {code: channel}, portal, {code: lane})


def _record(database: Database, lane: Lane) -> int:
    """Keep what came back in a lane; how many."""
    settled = lane.settled()
    if settled:
        with database.writing() as session:
            commands.record_outcomes(session, [(claimed, *sent) for claimed, sent in settled])
    return len(settled)


def send(channel: Channel, claimed: commands.DeliveryClaim, portal: str) -> Sent:
    """Send what was claimed; the outcome, and how long it took in milliseconds."""
    started = time.perf_counter()
    with passing("client", [Hop(f"send {channel.name}", Here(claimed.traceparent))]) as leg:
        outcome = _once_more(channel, claimed, _send(channel, claimed, portal))
        leg.note(f"send {channel.name}", {"result": outcome.result, "code": outcome.code})
    return outcome, round((time.perf_counter() - started) * 1000)


def _once_more(channel: Channel, claimed: commands.DeliveryClaim, outcome: SendOutcome) -> SendOutcome:
    """What nobody can tell from its repetition is repeated once where it may have arrived, and then given up."""
    if channel.knows_repetitions:
        return replace(outcome, perhaps_sent=False)
    return replace(outcome, result=SendResult.FAILED) if outcome.perhaps_sent and claimed.perhaps_came else outcome


def _claimed(database: Database, channel: Channel, code: str, most: int) -> list[commands.DeliveryClaim]:
    """Release what has waited, and claim what is due; nothing by an endpoint that was changed since it was opened."""
    now = clock.now()
    with database.reading() as session:
        waited, due = queries.anything_to_do(session, code, now)
    if waited:
        with database.writing() as session:
            commands.release(session, code)
    if not most or not (waited or due):
        return []
    with database.writing() as session:
        if isinstance(channel, EndpointChannel) and not subscriptions.is_as_opened(session, code, channel):
            return []
        claims = commands.claim(session, code, most, channel.limits.per_minute)
    return [each._replace(version=channel.version) for each in claims]


def _send(channel: Channel, claimed: commands.DeliveryClaim, portal: str) -> SendOutcome:
    """Word and send what was claimed. A mistake in either is tried again like any other, and delays nothing else."""
    try:
        if claimed.event:
            said = claimed.event
            return channel.send(OutgoingMessage(said.event_id, claimed.recipient.code, "", said.type, said.body))
        by_us = claimed.channel in channels()  # a connected one leads through a server that one person may have named
        signs_at = claimed.address if by_us and channel.signs and claimed.signs else None
        content = rendering.content(claimed.message, claimed.recipient, claimed.alerts, portal, signs_at=signs_at)
        if claimed.perhaps_came and not channel.knows_repetitions:
            content = rendering.sent_again(content)
        rendered = channel.render(content)
        message = OutgoingMessage(claimed.delivery_id, content.post, claimed.address, rendered.subject, rendered.text)
        return channel.send(message)
    except Exception as error:
        log_once(log, f"{channel.name} failed at a message, tries again: {type(error).__name__}")
        return SendOutcome(SendResult.RETRY, MISTAKE)
