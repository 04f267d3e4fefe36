"""Dead letters over HTTP: listed, tried again by reason, given up for a reason."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.dead_letters.queries import PATH, given_up, waiting
from services.portal.pages.dead_letters.rendering import WORDS, written_reason
from services.portal.pages.dead_letters.schemas import GivenUp, TriedAgain, WholeLetter
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import typed
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.problems import Said

ServiceName = Literal["registry", "quota", "notify"]

group = PageGroup(
    name="dead_letters",
    title=Said("滞留事件", "Dead letters"),
    path="/admin/dead-letters",
    place=92,
    under="admin",
    roles=(Role.OPERATOR,),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/dead-letters")
async def list_letters(visit: VisitDep) -> HTMLResponse:
    """What waits, by service and reason, and what was given up."""
    return await _listed(visit)


@group.router.get("/admin/dead-letters/{service}/{letter_id}")
async def show_letter(visit: VisitDep, service: ServiceName, letter_id: UUID) -> HTMLResponse:
    """One event with its content."""
    letter = await visit.services.one(service, f"{PATH}/{letter_id}", WholeLetter)
    return visit.page("letter.html", service=service, letter=letter, why=_reasons(visit))


@group.router.post("/admin/dead-letters/{service}/replay")
async def replay(visit: VisitDep, service: ServiceName) -> Response:
    """Take them in again (重放), or only say whether that would work; the list shows what came of it."""
    wanted = _which(visit.form) | ({"dry_run": True} if visit.form.get("act") == "try" else {})
    try:
        tried = await visit.services.write(
            "POST", service, f"{PATH}/replay", wanted, TriedAgain, visit.act_id, patient=True
        )
    except ResourceMissing:
        return await _listed(visit, gone=True)
    return await _listed(visit, tried=tried)


@group.router.post("/admin/dead-letters/{service}/drop")
async def give_up(visit: VisitDep, service: ServiceName) -> Response:
    """Give them up (放弃), once the reason was typed on a page of its own."""
    if visit.form.get("act") != "do":
        return _reason_form(visit, service)
    reason = typed(visit.form, "reason")
    wanted = _which(visit.form) | ({"reason": reason} if reason else {})
    try:
        done = await visit.services.write("POST", service, f"{PATH}/drop", wanted, GivenUp, visit.form_id)
    except ResourceMissing:
        return await _listed(visit, gone=True)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, {"reason": WORDS["drop_reason"].in_(visit.language)})
        return _reason_form(visit, service, refused.answer.status, errors)
    return await _listed(visit, dropped=done)


def _which(form: Mapping[str, str]) -> dict[str, Any]:
    return {name: form[name] for name in ("id", "fingerprint") if form.get(name)}


def _reason_form(visit: Visit, service: str, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    which = _which(visit.form)
    return visit.page("drop.html", status, service=service, which=which, values=visit.form, errors=errors)


async def _listed(
    visit: Visit,
    *,
    tried: TriedAgain | None = None,
    dropped: GivenUp | None = None,
    gone: bool = False,
) -> HTMLResponse:
    (groups, silent), past = await asyncio.gather(waiting(visit.services), given_up(visit.services))
    done: dict[str, Any] = {"tried": tried, "dropped": dropped, "gone": gone}
    return visit.page("list.html", groups=groups, silent=silent, given_up=past, why=_reasons(visit), **done)


def _reasons(visit: Visit) -> Callable[[str], str]:
    return partial(written_reason, language=visit.language)
