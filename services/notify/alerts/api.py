"""The inbox over HTTP, and alerts as they are raised (server-sent events). Acts on alerts are those of follow-ups."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.notify.alerts import queries
from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import alert_read
from services.notify.alerts.rules import AlertState, Severity
from services.notify.alerts.rules.resuming import RESUMED, ResumePoint, event_id, resume_point
from services.notify.alerts.schemas import AlertRead, AnyKindName, StreamResumed
from services.notify.paging import place, position
from services.notify.recipients import queries as recipients
from shared.auth import OF_AN_INSTITUTION, Caller, CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.db import Database
from shared.fields import Word
from shared.problems import Fault, InvalidBody, NotFound, Said
from shared.standing import GoesOnDep
from shared.web import CommittedDep, LanguageDep, Page, PageDep, ReadingDep, StoppingDep, shown

router = Router(tags=["alerts"])
READERS = (Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.OPERATOR, *OF_AN_INSTITUTION)

LOOK_EVERY = 1.0  # seconds, when nothing woke us
AT_ONCE = 100  # alerts read by one look
COME_BACK = 3_000  # milliseconds a browser waits before it connects again


def _filter(
    state: AlertState | None = None,
    kind: AnyKindName | None = None,
    severity: Severity | None = None,
    programme: Word | None = None,
    unit: Word | None = None,
) -> queries.AlertFilter:
    return queries.AlertFilter(state, kind, severity, programme, unit)


FilterDep = Annotated[queries.AlertFilter, Depends(_filter)]


@router.get("/v1/alerts", dependencies=[allow(*READERS, reach=Reach.OWN)])
def alerts(
    wanted: FilterDep, paging: PageDep, caller: CallerDep, database: ReadingDep, language: LanguageDep
) -> Page[AlertRead]:
    """Alerts (提醒), newest first: one's own, all for the bureau and the auditor."""
    with database.reading() as session:
        recipients.must_be_known(session, programme=wanted.programme, unit=wanted.unit)
        found = queries.alerts(session, caller, wanted, place(paging, position), paging.limit)
    return paging.page(found, lambda alert: alert_read(alert, language), lambda alert: [alert.position])


@router.get("/v1/alerts/{alert_id}", response_model=AlertRead, dependencies=[allow(*READERS, reach=Reach.OWN)])
def alert(alert_id: UUID, caller: CallerDep, database: ReadingDep, language: LanguageDep) -> Response:
    """One alert. Another's is not found."""
    with database.reading() as session:
        found = queries.alert(session, caller, alert_id)
    if found is None:
        raise NotFound
    return shown(alert_read(found, language))


def _seen(
    last_event_id: Annotated[str | None, Header(description="The id of the last event received")] = None,
) -> ResumePoint | None:
    if last_event_id is None:
        return None
    seen = resume_point(last_event_id)
    if seen is None:
        said = Said("请使用所收到事件的 id", "Use the id of an event that was received")
        raise InvalidBody(Fault("/Last-Event-ID", "event_unknown", said))
    return seen


@router.get("/v1/stream", response_class=EventSourceResponse, dependencies=[allow(*READERS, reach=Reach.OWN)])
async def stream(
    caller: CallerDep,
    database: ReadingDep,
    language: LanguageDep,
    stopping: StoppingDep,
    goes_on: GoesOnDep,
    committed: CommittedDep,
    seen: Annotated[ResumePoint | None, Depends(_seen)],
) -> AsyncIterator[ServerSentEvent]:
    """Alerts as they are raised, after `Last-Event-ID` or from now on; ends with its reader's token, to be asked anew.

    An id of another history, as from before a backup was restored, goes on from now: an event `resumed` says so.
    """
    position, resumed = await run_in_threadpool(_start, database, seen)
    yield ServerSentEvent(comment="alerts after this are told as they are raised", retry=COME_BACK)
    if resumed:
        note = StreamResumed(after=position, detail=RESUMED.in_(language))
        yield ServerSentEvent(data=note, event="resumed", id=str(position))
    with committed.awaited() as woken:
        while not stopping.is_set() and await goes_on():
            woken.clear()
            for alert in await run_in_threadpool(_look, database, caller, position):
                position = alert.position
                yield ServerSentEvent(data=alert_read(alert, language), event="alert", id=event_id(position, alert.id))
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), LOOK_EVERY)


def _start(database: Database, seen: ResumePoint | None) -> tuple[int, bool]:
    """The position to go on after, and whether that is not where the reader left off."""
    with database.reading() as session:
        newest = queries.last_position(session)
        if seen is None:
            return newest, False
        there = queries.alert_at(session, seen.position)
    known = seen.position <= newest and seen.is_of(there)
    return (seen.position, False) if known else (newest, True)


def _look(database: Database, caller: Caller, position: int) -> Sequence[Alert]:
    with database.reading() as session:
        return queries.alerts_after(session, caller, position, AT_ONCE)
