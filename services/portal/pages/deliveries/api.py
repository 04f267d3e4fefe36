"""Deliveries over HTTP: a list with every attempt, and sending one again."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.alerts import AlertAnswer
from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.names import hearing_names, reason_names
from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import or_none
from services.portal.pages.deliveries.rendering import WORDS
from services.portal.pages.deliveries.schemas import InstitutionNamed, ShownDelivery
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
AT_ONCE = 50  # deliveries on one page
MOST_TITLES = 200  # alerts that are named; deliveries of older ones say that they are of an alert
RESENDERS = (Role.OPERATOR, Role.BUREAU_OFFICER)

group = PageGroup(
    name="deliveries",
    title=Said("投递", "Deliveries"),
    path="/deliveries",
    place=80,
    roles=(*RESENDERS, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/deliveries")
async def list_deliveries(
    visit: VisitDep,
    state: Literal["all", "pending", "sending", "delivered", "failed", "skipped"] = "all",
    alert_id: UUID | None = None,
    cursor: Word | None = None,
) -> HTMLResponse:
    """Deliveries, newest first, each with every attempt."""
    return await _shown(visit, 200, (), state=None if state == "all" else state, alert_id=alert_id, cursor=cursor)


@group.router.post("/deliveries/{delivery_id}/resend")
async def resend(visit: VisitDep, delivery_id: UUID) -> Response:
    """Send one again (重发)."""
    path = f"/v1/deliveries/{delivery_id}/resend"
    try:
        await visit.services.write("POST", "notify", path, {}, ServiceAnswer, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go("/deliveries")


async def _alerts(visit: Visit) -> list[AlertAnswer] | None:
    """The latest alerts, for who may read them."""
    reads = visit.visitor.role is not Role.OPERATOR
    return await or_none(visit.services.few("notify", "/v1/alerts", AlertAnswer, MOST_TITLES)) if reads else None


async def _shown(visit: Visit, status: int, errors: Sequence[FormError], **wanted: Any) -> HTMLResponse:
    (found, following), names, alerts, institutions = await asyncio.gather(
        visit.services.page("notify", "/v1/deliveries", ShownDelivery, limit=AT_ONCE, **wanted),
        hearing_names(visit.services, visit.language),
        _alerts(visit),
        or_none(visit.services.all("registry", "/v1/institutions", InstitutionNamed)),
    )
    return visit.page(
        "list.html",
        status,
        found=found,
        following=following,
        errors=errors,
        chosen=wanted.get("state") or "all",
        resends=visit.visitor.role in RESENDERS,
        titles={each.id: each.title for each in alerts or ()},
        institution_names={str(each.id): each.name for each in institutions or ()},
        reason_name=reason_names(visit.language),
        **names,
    )
