"""The inbox over HTTP: a list, one alert, signing for it, and new ones as they are raised."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.names import NameOf, hearing_names
from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import or_none
from services.portal.client.streams import StreamEvent
from services.portal.pages.alerts.rendering import WORDS
from services.portal.pages.alerts.schemas import AlertDelivery, FollowUpOfAlert, InboxAlert
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.streams import events_until_stopped
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
AT_ONCE = 50  # alerts on one page
SERIOUS = ("warning", "critical")  # nothing lighter has a follow-up

group = PageGroup(
    name="alerts",
    title=Said("提醒", "Alerts"),
    path="/alerts",
    place=30,
    roles=(Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    stream="/alerts/stream",
)


@group.router.get("/alerts")
async def show_inbox(
    visit: VisitDep, state: Literal["open", "acknowledged", "all"] = "open", cursor: Word | None = None
) -> HTMLResponse:
    """Alerts, newest first: those that wait, unless others are asked for."""
    wanted = {"state": None if state == "all" else state, "cursor": cursor, "limit": AT_ONCE}
    (found, following), names = await asyncio.gather(
        visit.services.page("notify", "/v1/alerts", InboxAlert, **wanted), _names(visit)
    )
    about: dict[str, Any] = {"found": found, "following": following, "chosen": state, **names}
    return visit.page("list.html", **about, signs=_signs(visit))


async def _events(
    visit: VisitDep, after: Word | None = None, last_event_id: Annotated[Word | None, Header()] = None
) -> AsyncGenerator[StreamEvent, None]:
    return await visit.services.stream("notify", "/v1/stream", last_event_id or after or "")


@group.router.get("/alerts/stream", response_class=EventSourceResponse)
async def stream_alerts(
    visit: VisitDep, events: Annotated[AsyncGenerator[StreamEvent, None], Depends(_events)], request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Alerts of the visitor as they are raised, each as a part of a page."""
    async for event in events_until_stopped(events, request):
        if event.name == "alert":
            part = visit.part("live.html", alert=InboxAlert.model_validate_json(event.data))
            yield ServerSentEvent(raw_data=part, event="add", id=event.id)


@group.router.get("/alerts/{alert_id}")
async def show_alert(visit: VisitDep, alert_id: UUID) -> HTMLResponse:
    """One alert: what happened, what became of it, and by which ways it went."""
    return await _shown(visit, alert_id)


@group.router.post("/alerts/{alert_id}/acknowledge")
async def sign_for(visit: VisitDep, alert_id: UUID) -> Response:
    """Sign for an alert (签收)."""
    path = f"/v1/alerts/{alert_id}/acknowledge"
    try:
        await visit.services.write("POST", "notify", path, {}, ServiceAnswer, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, alert_id, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(f"/alerts/{alert_id}")


async def _shown(visit: Visit, alert_id: UUID, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    alert, deliveries, names = await asyncio.gather(
        visit.services.one("notify", f"/v1/alerts/{alert_id}", InboxAlert), _deliveries(visit, alert_id), _names(visit)
    )
    about = {"alert": alert, "deliveries": deliveries, "follow_up": await _follow_up(visit, alert)}
    return visit.page("alert.html", status, **about, **names, errors=errors, signs=_signs(visit))


async def _deliveries(visit: Visit, alert_id: UUID) -> list[AlertDelivery] | None:
    """By which ways it went, for who keeps the service running."""
    if _signs(visit):
        return None
    return await or_none(visit.services.all("notify", "/v1/deliveries", AlertDelivery, alert_id=alert_id))


async def _names(visit: Visit) -> dict[str, NameOf]:
    """What posts and channels are called, for who sees those of others."""
    return {} if _signs(visit) else await hearing_names(visit.services, visit.language)


async def _follow_up(visit: Visit, alert: InboxAlert) -> FollowUpOfAlert | None:
    """The follow-up to which an alert belongs, where it does not lead there by itself."""
    if alert.severity not in SERIOUS or (alert.page or "").startswith("/follow-ups/"):
        return None
    found = await or_none(visit.services.all("notify", "/v1/follow-ups", FollowUpOfAlert, alert_id=alert.id))
    return found[0] if found else None


def _signs(visit: Visit) -> bool:
    """Leaders sign for alerts; who keeps the service running sees how they went."""
    return visit.visitor.role is Role.LEADER
