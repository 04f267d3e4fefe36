"""Published bulletins over HTTP: the list is made here, the bulletins are passed on as quota makes them."""

from pathlib import Path
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import ServiceDown
from services.portal.pages.bulletins.rendering import WORDS
from services.portal.pages.bulletins.schemas import BulletinAnswer, BulletinFormat
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
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
    style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/bulletins")
async def list_bulletins(visit: VisitDep) -> HTMLResponse:
    """Every published bulletin (历期通报), the newest first."""
    try:
        found = await visit.services.all("quota", "/v1/bulletins", BulletinAnswer, limit=200)
    except ServiceDown:
        return visit.page("list.html", 503, found=None)
    return visit.page("list.html", found=found)


@group.router.get("/bulletins/{bulletin_id}.{form}", response_class=Response)
async def open_bulletin(visit: VisitDep, bulletin_id: UUID, form: BulletinFormat) -> Response:
    """One bulletin: the page to print, the workbook or the chat text, byte by byte as quota made it."""
    made = await visit.services.file("quota", f"/v1/bulletins/{bulletin_id}.{form}")
    return Response(made.body, headers=made.headers)
