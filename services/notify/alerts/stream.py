"""Alerts as they are raised (server-sent events); no thread and no session is held while nothing happens."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.notify.alerts import queries
from services.notify.alerts.api import READERS
from services.notify.alerts.models import Alert
from services.notify.alerts.texts import alert_read
from shared.auth import Caller, CallerDep, allow
from shared.config import settings
from shared.db import Database
from shared.problems import Fault, InvalidBody, Said
from shared.web import LanguageDep, ReadingDep, StoppingDep

router = APIRouter(tags=["alerts"])

LOOK_EVERY = 0.5  # seconds
AT_ONCE = 100  # alerts read by one look
COME_BACK = 3_000  # milliseconds a browser waits before it connects again


def _seen(
    last_event_id: Annotated[str | None, Header(description="The id of the last event received")] = None,
) -> int | None:
    if last_event_id is None:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19):
        said = Said("请使用所收到事件的 id", "Use the id of an event that was received")
        raise InvalidBody(Fault("/Last-Event-ID", "event_unknown", said))
    return int(last_event_id)


@router.get("/v1/stream", response_class=EventSourceResponse, dependencies=[allow(*READERS)])
async def stream(
    caller: CallerDep,
    database: ReadingDep,
    language: LanguageDep,
    stopping: StoppingDep,
    seen: Annotated[int | None, Depends(_seen)],
) -> AsyncIterator[ServerSentEvent]:
    """Alerts as they are raised, after `Last-Event-ID` or from now on; ends when a token would, to be asked anew."""
    position = await run_in_threadpool(_newest, database) if seen is None else seen
    yield ServerSentEvent(comment="alerts after this are told as they are raised", retry=COME_BACK)
    ends_at = time.monotonic() + settings().token_minutes * 60
    while time.monotonic() < ends_at and not stopping.is_set():
        for alert in await run_in_threadpool(_look, database, caller, position):
            position = alert.position
            yield ServerSentEvent(data=alert_read(alert, language), event="alert", id=str(position))
        await asyncio.sleep(LOOK_EVERY)


def _newest(database: Database) -> int:
    with database.reading() as session:
        return queries.last_position(session)


def _look(database: Database, caller: Caller, position: int) -> Sequence[Alert]:
    with database.reading() as session:
        return queries.alerts_after(session, caller, position, AT_ONCE)
