"""The sender: claims what is due, sends it while no transaction is open, notes what came of it."""

import time
from collections.abc import Callable

from services.notify.channels.mail import MailSettings, Send, sender
from services.notify.deliveries import commands, queries
from shared import clock
from shared.db import Database
from shared.service import Context


def send_next(database: Database, send: Send, portal: str) -> int:
    """Send one letter that is due; how many were sent. Nothing is written while nothing is due."""
    with database.reading() as session:
        if not queries.anything_due(session, clock.now()):
            return 0
    with database.writing() as session:
        claimed = commands.claim(session, portal)
    if claimed is None:
        return 0
    started = time.perf_counter()
    outcome = send(claimed.letter)
    duration_ms = round((time.perf_counter() - started) * 1000)
    with database.writing() as session:
        commands.note_outcome(session, claimed, outcome, duration_ms)
    return 1


def sending(context: Context) -> Callable[[], int]:
    """The worker of a running service."""
    mail = MailSettings()
    send = sender(mail, context.settings.data_dir)
    portal = mail.portal_url.rstrip("/") or context.settings.url("portal")
    return lambda: send_next(context.database, send, portal)
