"""Follow-ups over HTTP: a list, one with its history, and what is done with it, each by a form of its own."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.schemas import ServiceAnswer
from services.portal.pages.follow_ups.rendering import WORDS
from services.portal.pages.follow_ups.schemas import FollowUpShown
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
AT_ONCE = 50  # follow-ups on one page

Tab = Literal["all", "waiting", "overdue", "answered", "closed"]
WANTED: Mapping[str, Mapping[str, str]] = {
    "all": {},
    "waiting": {"closed": "false"},
    "overdue": {"overdue": "true"},
    "answered": {"state": "answered"},
    "closed": {"state": "closed"},
}


class FollowUpForm(StrEnum):
    """What a form does with a follow-up."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    CLOSE = "close"
    RETURN = "return"
    ASSIGN = "assign"
    PAUSE = "pause"
    RESUME = "resume"


FIELDS: Mapping[FollowUpForm, Sequence[str]] = {
    FollowUpForm.ACKNOWLEDGE: (),
    FollowUpForm.ANSWER: ("said",),
    FollowUpForm.CLOSE: ("said",),
    FollowUpForm.RETURN: ("said",),
    FollowUpForm.ASSIGN: ("to", "said"),
    FollowUpForm.PAUSE: ("until", "said"),
    FollowUpForm.RESUME: (),
}

group = PageGroup(
    name="follow_ups",
    title=Said("督办单", "Follow-ups"),
    path="/follow-ups",
    place=31,
    roles=(Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/follow-ups")
async def list_follow_ups(visit: VisitDep, tab: Tab = "waiting", cursor: Word | None = None) -> HTMLResponse:
    """Follow-ups, newest first: those that are not closed, unless others are asked for."""
    about = {"cursor": cursor, "limit": AT_ONCE}
    found, following = await visit.services.page("notify", "/v1/follow-ups", FollowUpShown, **WANTED[tab], **about)
    return visit.page("list.html", found=found, following=following, chosen=tab, tabs=list(WANTED))


@group.router.get("/follow-ups/{follow_up_id}")
async def show_follow_up(visit: VisitDep, follow_up_id: UUID) -> HTMLResponse:
    """One follow-up: what it is about, what was done, and what this visitor may do."""
    return await _shown(visit, follow_up_id)


@group.router.post("/follow-ups/{follow_up_id}/{act}")
async def act_on(visit: VisitDep, follow_up_id: UUID, act: FollowUpForm) -> Response:
    """Do one thing with a follow-up, or have the form back with what is wrong."""
    body: dict[str, Any] = {name: visit.form[name] for name in FIELDS[act] if visit.form.get(name)}
    path = f"/v1/follow-ups/{follow_up_id}/{act}"
    try:
        await visit.services.write("POST", "notify", path, body, ServiceAnswer, visit.form_id)
    except RequestRefused as refused:
        labels = {f"{act}-{name}": _label(act, name).in_(visit.language) for name in FIELDS[act]}
        errors = [_at(each, act, labels) for each in form_errors(refused.answer, {n: n for n in FIELDS[act]})]
        return await _shown(visit, follow_up_id, refused.answer.status, errors, act)
    return visit.go(f"/follow-ups/{follow_up_id}")


def _label(act: FollowUpForm, name: str) -> Said:
    return WORDS[f"said_{act}" if name == "said" else f"label_{name}"]


def _at(error: FormError, act: FollowUpForm, labels: Mapping[str, str]) -> FormError:
    """The same at the field of its form: several forms of a page have one of that name."""
    name = f"{act}-{error.field}"
    return FormError(error.text, name, labels[name]) if name in labels else FormError(error.text)


async def _shown(
    visit: Visit,
    follow_up_id: UUID,
    status: int = 200,
    errors: Sequence[FormError] = (),
    sent: FollowUpForm | None = None,
) -> HTMLResponse:
    found = await visit.services.one("notify", f"/v1/follow-ups/{follow_up_id}", FollowUpShown)
    typed = {f"{sent}-{name}": text for name, text in visit.form.items()} if sent else {}
    return visit.page("follow_up.html", status, found=found, errors=errors, values=typed, fields=FIELDS)
