"""Accounts over HTTP: listed, issued, approved by another person, suspended, and given another password."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.services import or_none
from services.portal.pages.accounts.rendering import LABELS, WORDS
from services.portal.pages.accounts.schemas import ChosenName, ChosenUnit, ShownAccount
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
AT_ONCE = 50  # accounts on one page

group = PageGroup(
    name="accounts",
    title=Said("账号", "Accounts"),
    path="/admin/accounts",
    place=86,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/admin/accounts")
async def list_accounts(visit: VisitDep, cursor: Word | None = None) -> HTMLResponse:
    """The people who may sign in, and those who wait to be approved."""
    return await _listed(visit, cursor=cursor)


@group.router.post("/admin/accounts")
async def issue_account(visit: VisitDep) -> Response:
    """Issue an account (发放账号), and show its password this once."""
    body = {name: visit.form[name].strip() for name in LABELS if visit.form.get(name, "").strip()}
    return await _decided(visit, "", body)


@group.router.post("/admin/accounts/{account_id}/{what}")
async def decide(visit: VisitDep, account_id: UUID, what: Literal["approve", "suspend", "reset-password"]) -> Response:
    """Approve an account that somebody else issued (核准), suspend it (停用), or reset its password (重置口令)."""
    return await _decided(visit, f"/{account_id}/{what}", {})


async def _decided(visit: Visit, rest: str, body: dict[str, str]) -> Response:
    """Do something with an account; a password is shown by this answer alone, and kept nowhere."""
    path, seen = f"/v1/accounts{rest}", visit.form.get("seen", "")
    version = int(seen) if re.fullmatch("[0-9]{1,9}", seen) else None
    try:
        account = await visit.services.write(
            "POST", "registry", path, body, ShownAccount, visit.form_id, version=version
        )
    except RequestRefused as refused:
        labels = {name: label.in_(visit.language) for name, label in LABELS.items()}
        return await _listed(visit, refused.answer.status, form_errors(refused.answer, labels))
    if account.password or account.password_shown_before or account.awaiting:
        return visit.page("once.html", account=account)
    return visit.go("/admin/accounts")


async def _listed(
    visit: Visit, status: int = 200, errors: Sequence[FormError] = (), cursor: str | None = None
) -> HTMLResponse:
    ask = visit.services
    found, following = await ask.page("registry", "/v1/accounts", ShownAccount, limit=AT_ONCE, cursor=cursor)
    return visit.page(
        "list.html",
        status,
        found=found,
        following=following,
        errors=errors,
        values=visit.form,
        issuer=visit.request.app.state.settings.oidc_name,
        roles=list(Role),
        approves=visit.visitor.role is Role.BUREAU_OFFICER,
        changes=visit.visitor.role is not Role.AUDITOR,
        institutions=await or_none(ask.all("registry", "/v1/institutions", ChosenName, limit=200)) or [],
        units=await or_none(ask.all("registry", "/v1/reporting-units", ChosenUnit, limit=200)) or [],
    )
