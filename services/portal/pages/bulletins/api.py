"""Bulletins over HTTP: listed, read beside the one before, drawn up, looked at and published; passed on as quota
makes them.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ServiceDown
from services.portal.client.forms import form_errors
from services.portal.pages.bulletins.rendering import FIELDS, WORDS
from services.portal.pages.bulletins.schemas import BulletinAnswer, BulletinFormat, WholeBulletinAnswer, figures_seen
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.figures import figure_values
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import Role
from shared.periods import written_period
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
        drawn_up = await _publish(visit, visit.form_id, dry_run="true")
    except RequestRefused as refused:
        return await _listed(visit, refused)
    return _whole(visit, drawn_up, values=visit.form)


@group.router.post("/bulletins", response_class=RedirectResponse)
async def publish(visit: VisitDep) -> Response:
    """Publish what was looked at (发布通报). It never changes; sent twice, it is published once.

    Where figures have changed since it was looked at, nothing is published: the officer looks at it again.
    """
    try:
        drawn_up = await _publish(visit, uuid4(), dry_run="true")
        if visit.form.get("seen") != figures_seen(drawn_up.content):
            return _whole(visit, drawn_up, values=visit.form, changed=True)
        published = await _publish(visit, visit.form_id)
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


def _whole(
    visit: VisitDep, edition: WholeBulletinAnswer, values: Mapping[str, str] | None = None, *, changed: bool = False
) -> HTMLResponse:
    """An edition; with the `values` of its form it is one to confirm."""
    shown: dict[str, Any] = {"term": lambda label: written_period(label).in_(visit.language)}
    shown |= {"edition": edition, "values": values, "names": tuple(FIELDS), "seen": figures_seen(edition.content)}
    status = 409 if changed else 200
    return visit.page("edition.html", status, changed=changed, **shown, **figure_values(visit.language, {}))


async def _publish(visit: VisitDep, key: UUID, **query: Any) -> WholeBulletinAnswer:
    sent = {name: visit.form[name].strip() for name in FIELDS if visit.form.get(name, "").strip()}
    return await visit.services.write("POST", "quota", "/v1/bulletins", sent, WholeBulletinAnswer, key, **query)


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
