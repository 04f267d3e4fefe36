"""Bulletins over HTTP: listed, read beside the one before, drawn up, looked at and published; passed on as quota
makes them.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ServiceDown
from services.portal.client.forms import form_errors
from services.portal.pages.bulletins.rendering import FIELDS, WORDS
from services.portal.pages.bulletins.schemas import BulletinAnswer, BulletinFormat, WholeBulletinAnswer
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.figures import figure_values
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import Role
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"

group = PageGroup(
    name="bulletins",
    title=Said("历期通报", "Bulletins"),
    path="/bulletins",
    place=20,
    roles=(PUBLIC, Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.DISTRICT_OFFICER),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=FIGURES_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/bulletins")
async def list_bulletins(visit: VisitDep) -> HTMLResponse:
    """Every published bulletin (历期通报), the newest first; who may publish one finds where to begin."""
    return await _listed(visit)


@group.router.post("/bulletins/preview")
async def preview(visit: VisitDep) -> HTMLResponse:
    """An edition as it would be published (预览): drawn up now, kept nowhere, with what to confirm."""
    try:
        drawn_up = await _publish(visit, dry_run=True)
    except RequestRefused as refused:
        return await _listed(visit, refused)
    return _whole(visit, drawn_up, values=visit.form)


@group.router.post("/bulletins", response_class=RedirectResponse)
async def publish(visit: VisitDep) -> Response:
    """Publish what was looked at (发布通报). It never changes; sent twice, it is published once."""
    try:
        published = await _publish(visit)
    except RequestRefused as refused:
        return await _listed(visit, refused)
    return visit.go(f"/bulletins/{published.id}")


@group.router.get("/bulletins/{bulletin_id}.{form}", response_class=Response)
async def open_bulletin(visit: VisitDep, bulletin_id: UUID, form: BulletinFormat) -> Response:
    """One bulletin: the page to print, the workbook or the chat text, byte by byte as quota made it."""
    made = await visit.services.file("quota", f"/v1/bulletins/{bulletin_id}.{form}")
    return Response(made.body, headers=made.headers)


@group.router.get("/bulletins/{bulletin_id}")
async def bulletin(visit: VisitDep, bulletin_id: UUID) -> HTMLResponse:
    """One edition beside the one before it: what was restated since, which amounts were revised, how to print it."""
    return _whole(visit, await visit.services.one("quota", f"/v1/bulletins/{bulletin_id}.json", WholeBulletinAnswer))


def _whole(visit: VisitDep, edition: WholeBulletinAnswer, values: Mapping[str, str] | None = None) -> HTMLResponse:
    written = figure_values(visit.language, {})
    return visit.page("edition.html", edition=edition, values=values, names=tuple(FIELDS), **written)


async def _publish(visit: VisitDep, dry_run: bool | None = None) -> WholeBulletinAnswer:
    sent = {name: visit.form[name].strip() for name in FIELDS if visit.form.get(name, "").strip()}
    query = {"dry_run": "true"} if dry_run else {}
    return await visit.services.write(
        "POST", "quota", "/v1/bulletins", sent, WholeBulletinAnswer, visit.form_id, **query
    )


async def _listed(visit: VisitDep, refused: RequestRefused | None = None) -> HTMLResponse:
    labels = {name: label.in_(visit.language) for name, label in FIELDS.items()}
    today = clock.today()
    values: dict[str, Any] = {
        "may_publish": visit.visitor.role == Role.BUREAU_OFFICER,
        "labels": labels,
        "errors": form_errors(refused.answer, labels) if refused else (),
        "values": visit.form or {"edition": f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"},
    }
    try:
        found = await visit.services.all("quota", "/v1/bulletins", BulletinAnswer, limit=200)
    except ServiceDown:
        return visit.page("list.html", 503, found=None, **values)
    return visit.page("list.html", refused.answer.status if refused else 200, found=found, **values)
