"""Institutions over HTTP: admitted, and given credentials that another person approves."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.services import or_none
from services.portal.pages.institutions.rendering import CLIENT_LABELS, LABELS, WORDS
from services.portal.pages.institutions.schemas import ListedUnit, ShownClient, ShownInstitution
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Line, Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
AT_ONCE = 50  # institutions on one page

group = PageGroup(
    name="institutions",
    title=Said("合作单位", "Institutions"),
    path="/admin/institutions",
    place=85,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/admin/institutions")
async def list_institutions(visit: VisitDep, cursor: Word | None = None) -> HTMLResponse:
    """The partners, with a form to admit another."""
    return await _listed(visit, cursor=cursor)


@group.router.post("/admin/institutions")
async def admit(visit: VisitDep) -> Response:
    """Admit a partner (接入合作单位)."""
    body = {name: visit.form[name].strip() for name in LABELS if visit.form.get(name, "").strip()}
    try:
        path = "/v1/institutions"
        made = await visit.services.write("POST", "registry", path, body, ShownInstitution, visit.form_id)
    except RequestRefused as refused:
        return await _listed(visit, refused.answer.status, form_errors(refused.answer, _in(visit, LABELS)))
    return visit.go(f"/admin/institutions/{made.id}")


@group.router.get("/admin/institutions/{institution_id}")
async def show_institution(visit: VisitDep, institution_id: UUID) -> HTMLResponse:
    """One partner and its credentials."""
    return await _one(visit, institution_id)


@group.router.post("/admin/institutions/{institution_id}/clients")
async def issue(visit: VisitDep, institution_id: UUID) -> Response:
    """Issue a credential (发放凭据), and show its secret this once."""
    body = {name: visit.form.get(name, "").strip() for name in CLIENT_LABELS}
    return await _decided(visit, institution_id, "POST", "", body, secret=True)


@group.router.post("/admin/institutions/{institution_id}/clients/{client_id}/approve")
async def approve(visit: VisitDep, institution_id: UUID, client_id: Line) -> Response:
    """Approve what somebody else issued (核准凭据)."""
    return await _decided(visit, institution_id, "POST", f"/{client_id}/approve", {})


@group.router.post("/admin/institutions/{institution_id}/clients/{client_id}/rotate")
async def rotate(visit: VisitDep, institution_id: UUID, client_id: Line) -> Response:
    """Give it a new secret (更换密钥), and show that this once."""
    return await _decided(visit, institution_id, "POST", f"/{client_id}/rotate", {}, secret=True)


@group.router.post("/admin/institutions/{institution_id}/clients/{client_id}/withdraw")
async def withdraw(visit: VisitDep, institution_id: UUID, client_id: Line) -> Response:
    """Withdraw it (注销凭据)."""
    return await _decided(visit, institution_id, "DELETE", f"/{client_id}", {})


async def _decided(
    visit: Visit, institution_id: UUID, method: str, rest: str, body: dict[str, str], *, secret: bool = False
) -> Response:
    """Do something with a credential; a secret is shown by this answer alone, and kept nowhere."""
    path = f"/v1/institutions/{institution_id}/clients{rest}"
    try:
        client = await visit.services.write(method, "registry", path, body, ShownClient, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, _in(visit, CLIENT_LABELS))
        return await _one(visit, institution_id, refused.answer.status, errors)
    if secret:
        return visit.page("secret.html", client=client, institution_id=institution_id)
    return visit.go(f"/admin/institutions/{institution_id}")


async def _listed(
    visit: Visit, status: int = 200, errors: Sequence[FormError] = (), cursor: str | None = None
) -> HTMLResponse:
    path = "/v1/institutions"
    found, following = await visit.services.page("registry", path, ShownInstitution, limit=AT_ONCE, cursor=cursor)
    units = await or_none(visit.services.all("registry", "/v1/reporting-units", ListedUnit, limit=200)) or []
    return visit.page(
        "list.html",
        status,
        found=found,
        following=following,
        units=units,
        errors=errors,
        values=visit.form,
        decides=_decides(visit),
    )


async def _one(visit: Visit, institution_id: UUID, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    path = f"/v1/institutions/{institution_id}"
    institution = await visit.services.one("registry", path, ShownInstitution)
    clients = await visit.services.all("registry", f"{path}/clients", ShownClient)
    return visit.page(
        "institution.html",
        status,
        institution=institution,
        clients=clients,
        errors=errors,
        values=visit.form,
        decides=_decides(visit),
    )


def _decides(visit: Visit) -> bool:
    """Whether it is for the visitor to admit and approve; operators issue, renew and withdraw."""
    return visit.visitor.role is Role.BUREAU_OFFICER


def _in(visit: Visit, labels: Mapping[str, Said]) -> dict[str, str]:
    return {name: label.in_(visit.language) for name, label in labels.items()}
