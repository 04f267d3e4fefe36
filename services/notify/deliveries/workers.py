"""The senders, one for each channel: claim what is due, send it with no transaction open, record what came of it."""

import logging
import time
from collections.abc import Callable
from functools import partial

from services.notify.channels.protocol import Channel, OutgoingMessage, SendOutcome, SendResult
from services.notify.channels.registry import channels, with_addresses
from services.notify.connections import queries as connections
from services.notify.deliveries import commands, queries
from services.notify.messages import rendering
from shared import clock
from shared.db import Database
from shared.logs import log_once
from shared.service import Context

log = logging.getLogger(__name__)


def senders(context: Context) -> list[Callable[[], int]]:
    """The loops of a running service: one for each channel that sends, so that a slow one delays no other."""
    portal = rendering.portal_address(context.settings)
    opened = [channels()[name](context.settings) for name in with_addresses()]
    by_themselves = [partial(send_next, context.database, channel, portal) for channel in opened]
    return [*by_themselves, partial(send_by_connected, context, portal)]


def send_by_connected(context: Context, portal: str) -> int:
    """Send one message that is due by each connected channel in use; how many were sent."""
    with context.database.reading() as session:
        now = clock.now()
        codes = [code for code in connections.in_use(session) if code not in channels()]
        due = [code for code in codes if queries.anything_to_do(session, code, now)]
        opened = {code: connections.opened(session, code, context.settings) for code in due}
    return sum(send_next(context.database, channel, portal, code) for code, channel in opened.items() if channel)


def send_next(database: Database, channel: Channel, portal: str, code: str | None = None) -> int:
    """Send one message that is due by a channel; how many were sent. Nothing is written while nothing is due."""
    code = code or channel.name
    now = clock.now()
    with database.reading() as session:
        waited = queries.anything_waited(session, code, now)
        due = queries.anything_due(session, code, now)
    if waited:
        with database.writing() as session:
            commands.release(session, code)
    if not waited and not due:
        return 0
    with database.writing() as session:
        claimed = commands.claim(session, code)
    if claimed is None:
        return 0
    started = time.perf_counter()
    outcome = _send(channel, claimed, portal)
    duration_ms = round((time.perf_counter() - started) * 1000)
    with database.writing() as session:
        commands.record_outcome(session, claimed, outcome, duration_ms)
    return 1


def _send(channel: Channel, claimed: commands.DeliveryClaim, portal: str) -> SendOutcome:
    """Word and send what was claimed. A mistake in either is tried again like any other, and delays nothing else."""
    try:
        content = rendering.content(claimed.message, claimed.recipient, claimed.alerts, portal)
        rendered = channel.render(content)
        message = OutgoingMessage(claimed.delivery_id, content.post, claimed.address, rendered.subject, rendered.text)
        return channel.send(message)
    except Exception as error:
        log_once(log, f"{channel.name} failed at a message, tries again: {type(error).__name__}")
        return SendOutcome(SendResult.RETRY, "error")
