"""People's requests over HTTP: those that wait by their last day, one with its answer, a new one, and restriction."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.details import ProgrammeForm
from services.portal.client.errors import AccessDenied, RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.names import ID_TYPES, by_code, names_of
from services.portal.client.services import or_none
from services.portal.pages.requests.rendering import (
    WORDS,
    answer_fields,
    details_named,
    reason_field,
    request_fields,
)
from services.portal.pages.requests.schemas import DossierShown, RequestShown, RestrictionShown
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.fields import FormField, labels_shown
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared import clock
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
REGISTRY, REQUESTS = "registry", "/v1/subject-requests"
NEW, ONE = "/subject-requests/new", "/subject-requests/{request_id}"
RESTRICTION = "/subject-requests/restriction/{subject_ref}"
AT_ONCE = 50

group = PageGroup(
    name="requests",
    title=Said("个人权利请求", "People's requests"),
    path="/subject-requests",
    place=38,
    roles=(Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    keeps=(NEW, ONE),
)


@group.router.get("/subject-requests")
async def list_requests(
    visit: VisitDep, show: Literal["waiting", "answered"] = "waiting", cursor: Word | None = None
) -> HTMLResponse:
    """The requests that wait, the one that is due first at the front; or those answered, the newest first."""
    following = None
    if show == "waiting":
        both = [await visit.services.all(REGISTRY, REQUESTS, RequestShown, state=each) for each in ("open", "awaiting")]
        found = sorted((each for some in both for each in some), key=lambda each: (each.answer_by, str(each.id)))
    else:
        page, following = await visit.services.page(REGISTRY, REQUESTS, RequestShown, limit=AT_ONCE, cursor=cursor)
        found = [each for each in page if each.state not in ("open", "awaiting")]
    return visit.page("list.html", found=found, following=following, show=show, today=clock.today())


@group.router.get(NEW)
async def ask_request(visit: VisitDep, subject: UUID | None = None) -> HTMLResponse:
    """What is entered of a request of somebody's, empty or as typed before the session ended."""
    kept = visit.kept_form()
    values = kept or {"subject_ref": str(subject or ""), "applicant": "self"}
    return await _new(visit, values, kept=bool(kept))


@group.router.post(NEW)
async def enter(visit: VisitDep) -> Response:
    """Enter what a person asks for (受理个人权利请求)."""
    fields = request_fields(visit.language)
    body = _stated(visit.form, fields) | {"subject_ref": visit.form.get("subject_ref", "")}
    try:
        made = await visit.services.write("POST", REGISTRY, REQUESTS, body, RequestShown, visit.form_id)
    except RequestRefused as refused:
        return await _new(visit, visit.form, refused.answer.status, form_errors(refused.answer, labels_shown(fields)))
    return visit.go(f"/subject-requests/{made.id}")


@group.router.get(RESTRICTION)
async def ask_restriction(visit: VisitDep, subject_ref: UUID, registration: UUID | None = None) -> HTMLResponse:
    """Restrict what is kept of a person (限制处理), or let it be used again."""
    return _restriction(visit, subject_ref, registration)


@group.router.post(RESTRICTION)
async def restrict(visit: VisitDep, subject_ref: UUID) -> Response:
    """Restrict it, or lift that."""
    what = "lift" if visit.form.get("what") == "lift" else "restrict"
    path, body = f"/v1/subjects/{subject_ref}/{what}", {"reason": visit.form.get("reason", "")}
    back = visit.form.get("registration", "")
    try:
        done = await visit.services.write("POST", REGISTRY, path, body, RestrictionShown, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_shown([reason_field(visit.language)]))
        return _restriction(visit, subject_ref, back, refused.answer.status, errors)
    return _restriction(visit, subject_ref, back, done=done)


@group.router.get(ONE)
async def show_request(visit: VisitDep, request_id: UUID) -> HTMLResponse:
    """One request: what is asked, until when it is answered, and what was answered."""
    return await _one(visit, request_id)


@group.router.post(ONE)
async def answer(visit: VisitDep, request_id: UUID) -> Response:
    """Answer it (答复); what is granted is carried out at once, an erasure by two officers."""
    found = await visit.services.one(REGISTRY, f"{REQUESTS}/{request_id}", RequestShown)
    fields = answer_fields(found.kind, visit.language)
    path = f"{REQUESTS}/{request_id}/answer"
    try:
        await visit.services.write("POST", REGISTRY, path, _stated(visit.form, fields), RequestShown, visit.form_id)
    except RequestRefused as refused:
        return await _one(visit, request_id, refused.answer.status, form_errors(refused.answer, labels_shown(fields)))
    return visit.go(f"/subject-requests/{request_id}")


@group.router.post(f"{ONE}/disclosure")
async def disclose(visit: VisitDep, request_id: UUID) -> Response:
    """Show all that is kept of the person, in clear and on record, on this page alone (查阅、复制)."""
    path = f"{REQUESTS}/{request_id}/disclosure"
    try:
        dossier = await visit.services.write("POST", REGISTRY, path, {}, DossierShown, visit.form_id)
    except RequestRefused as refused:
        return await _one(visit, request_id, refused.answer.status, form_errors(refused.answer, {}))
    names = await names_of(visit.services, visit.language)
    programmes = await or_none(visit.services.all(REGISTRY, "/v1/programmes", ProgrammeForm))
    forms = {each.code: each for each in programmes or ()}
    shown: dict[str, Any] = {
        "document_name": by_code({code: said.in_(visit.language) for code, said in ID_TYPES.items()}),
        "details_of": lambda each: details_named(each.details, forms.get(each.programme), visit.language),
    }
    return visit.page("dossier.html", dossier=dossier, request_id=request_id, **names, **shown)


def _stated(form: Mapping[str, str], fields: Sequence[FormField]) -> dict[str, Any]:
    """What was filled in, by its path."""
    body: dict[str, Any] = {}
    for each in fields:
        if typed := form.get(each.name, "").strip():
            *path, last = each.name.split(".")
            at = body.setdefault(path[0], {}) if path else body
            at[last] = typed
    return body


async def _new(
    visit: Visit,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    kept: bool = False,
) -> HTMLResponse:
    _check(visit)
    fields = request_fields(visit.language)
    subject = values.get("subject_ref", "")
    return visit.page("new.html", status, fields=fields, values=values, errors=errors, subject=subject, kept=kept)


async def _one(visit: Visit, request_id: UUID, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    found = await visit.services.one(REGISTRY, f"{REQUESTS}/{request_id}", RequestShown)
    shown: dict[str, Any] = {
        "found": found,
        "fields": answer_fields(found.kind, visit.language),
        "values": visit.form or visit.kept_form(),
        "decides": visit.visitor.role is Role.BUREAU_OFFICER,
        "today": clock.today(),
    }
    return visit.page("request.html", status, errors=errors, **shown)


def _restriction(
    visit: Visit,
    subject_ref: UUID,
    registration: UUID | str | None,
    status: int = 200,
    errors: Sequence[FormError] = (),
    done: RestrictionShown | None = None,
) -> HTMLResponse:
    _check(visit)
    shown: dict[str, Any] = {"subject": subject_ref, "registration": registration, "done": done}
    field = reason_field(visit.language)
    values = {} if done else visit.form
    return visit.page("restriction.html", status, errors=errors, field=field, values=values, **shown)


def _check(visit: Visit) -> None:
    if visit.visitor.role is not Role.BUREAU_OFFICER:
        raise AccessDenied
