"""One's own sessions over HTTP: listed, and ended by who shows once more who they are."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.sessions.rendering import LABELS, WORDS
from services.portal.pages.sessions.schemas import EndedAnswer, ShownSession
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.problems import Said

PATH = "/sessions"

group = PageGroup(
    name="sessions",
    title=Said("我的登录", "Where you are signed in"),
    path=PATH,
    place=99,
    roles=tuple(Role),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
    listed=False,
)


@group.router.get("/sessions")
async def list_sessions(visit: VisitDep) -> HTMLResponse:
    """The visitor's sessions that go on, with a form to end some of them."""
    return await _listed(visit)


@group.router.post("/sessions")
async def end_sessions(visit: VisitDep) -> Response:
    """End one of them, or all others (结束登录); what is over already is left alone."""
    body = {name: visit.form[name] for name in ("session_id", *LABELS) if visit.form.get(name)}
    try:
        await visit.services.write(
            "POST", "registry", "/v1/sessions/end", body, EndedAnswer, visit.form_id, patient=True
        )
    except ResourceMissing:
        return visit.go(PATH)
    except RequestRefused as refused:
        labels = {name: label.in_(visit.language) for name, label in LABELS.items()}
        return await _listed(visit, refused.answer.status, form_errors(refused.answer, labels))
    return visit.go(PATH)


async def _listed(visit: Visit, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    found = await visit.services.all("registry", "/v1/sessions", ShownSession)
    others = [each for each in found if not each.current]
    chosen = visit.form.get("session_id", "")
    return visit.page("page.html", status, found=found, others=others, chosen=chosen, errors=errors)
