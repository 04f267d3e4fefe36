"""Placements over HTTP: listed, entered one after another, followed to their end, and their retention."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import AccessDenied, RequestRefused, ServiceDown
from services.portal.client.forms import FormError, form_errors
from services.portal.client.names import names_of
from services.portal.client.services import or_none
from services.portal.pages.placements import queries
from services.portal.pages.placements.queries import PLACEMENTS, REGISTRY
from services.portal.pages.placements.rendering import BACK_IN, WORDS, change_fields, entry_fields
from services.portal.pages.placements.schemas import PlacementShown
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.fields import labels_shown
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared import clock
from shared.auth import Role
from shared.fields import Word, WrittenFlag, WrittenNumber
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
FORM, ONE = "/placements/new", "/placements/{placement_id}"
WRITERS = (Role.INSTITUTION_CLERK, Role.BUREAU_OFFICER)
SENT_BEFORE = "idempotency-key-reused"  # the same form, come back to and changed
PlacementState = Literal["", "active", "finished", "hired", "left"]

group = PageGroup(
    name="placements",
    title=Said("见习", "Placements"),
    path="/placements",
    place=36,
    roles=(*WRITERS, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    keeps=(FORM, ONE),
)


@group.router.get("/placements")
async def list_placements(
    visit: VisitDep,
    base: UUID | Literal[""] = "",
    state: PlacementState = "",
    year: WrittenNumber | None = None,
    cursor: Word | None = None,
) -> HTMLResponse:
    """The placements that the visitor may see, the newest first, with the retention of a year beside them."""
    year = min(max(year or clock.today().year, 2000), 2199)
    found, following = await queries.placements(visit.services, base=base or None, state=state or None, cursor=cursor)
    shown: dict[str, Any] = {
        "found": found,
        "more": "?" + urlencode({"base": base, "state": state, "cursor": following}) if following else None,
        "bases": await queries.bases(visit.services),
        "chosen": {"base": str(base), "state": state},
        "year": year,
        "retention": await or_none(queries.retention(visit.services, year, base or None)),
        "writes": visit.visitor.role in WRITERS,
    }
    return visit.page("list.html", **shown, **await names_of(visit.services, visit.language))


@group.router.get(FORM)
async def empty_form(visit: VisitDep, base: UUID | None = None, done: UUID | None = None) -> Response:
    """The form of a placement, empty or as typed before the session ended; `done` was entered just now."""
    kept = visit.kept_form()
    before = await queries.placement(visit.services, done) if done else None
    first = {"subject.id_type": "resident_id", "base": str(before.base if before else base or "")}
    if before:
        first |= {"started_on": before.started_on.isoformat(), "months": str(before.months)}
    return await _form(visit, kept or first, before=before, kept=bool(kept), form_id=kept.get("form_id"))


@group.router.post(FORM)
async def enter(visit: VisitDep) -> Response:
    """Enter a placement (见习登记), and lead on to the next empty form."""
    try:
        made = await visit.services.write(
            "POST", REGISTRY, PLACEMENTS, _body(visit.form), PlacementShown, visit.form_id
        )
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_shown(entry_fields((), visit.language)))
        if refused.answer.type.endswith(SENT_BEFORE):
            errors = [FormError(WORDS["sent_before"].in_(visit.language))]
        return await _form(visit, visit.form, refused.answer.status, errors)
    except ServiceDown:
        down = [FormError(WORDS["form_down"].in_(visit.language))]
        return await _form(visit, visit.form, 503, down, form_id=str(visit.form_id))
    return visit.go(f"{FORM}?done={made.id}")


@group.router.get(ONE)
async def show_placement(visit: VisitDep, placement_id: UUID, done: WrittenFlag = False) -> HTMLResponse:
    """One placement, what was done to it, and what comes next."""
    return await _one(visit, placement_id, done=done)


@group.router.post(ONE)
async def change(visit: VisitDep, placement_id: UUID) -> Response:
    """Say that it finished, that they were hired or left, or extend it; or take such a day back."""
    field = visit.form.get("field", "")
    stated = visit.form.get(field, "").strip() or None
    body = {field: int(stated) if stated and stated.isdigit() and len(stated) < 9 else stated}
    try:
        await visit.services.write(
            "PATCH",
            REGISTRY,
            f"{PLACEMENTS}/{placement_id}",
            body,
            PlacementShown,
            visit.form_id,
            version=_version(visit),
        )
    except RequestRefused as refused:
        return await _one(visit, placement_id, refused.answer.status, refused)
    return visit.go(f"/placements/{placement_id}?done=true")


def _body(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form sends; what is blank is left out, and a number that is none is sent as typed."""
    body: dict[str, Any] = {"subject": {}}
    for name in ("name", "id_type", "id_number"):
        if typed := form.get(f"subject.{name}", "").strip():
            body["subject"][name] = typed
    for name in ("base", "started_on", "months", "first_day_counts", "external_ref"):
        if typed := form.get(name, "").strip():
            body[name] = {"true": True, "false": False}.get(typed, typed) if name == "first_day_counts" else typed
    if str(body.get("months", "")).isdecimal() and len(body["months"]) < 9:
        body["months"] = int(body["months"])
    return body


def _version(visit: Visit) -> int:
    version = visit.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else 0


async def _form(
    visit: Visit,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    form_id: str | None = None,
    **more: Any,
) -> Response:
    if visit.visitor.role not in WRITERS:
        raise AccessDenied
    bases = await queries.bases(visit.services) if status != 503 else {}
    fields = entry_fields(bases.values(), visit.language)
    own: dict[str, Any] = {"before": None, "kept": False}
    if form_id:
        own["form_id"] = lambda: form_id
    focus = next((each.field for each in errors if each.field), fields[0].name)
    return visit.page("form.html", status, fields=fields, values=values, errors=errors, focus=focus, **own | more)


async def _one(
    visit: Visit, placement_id: UUID, status: int = 200, refused: RequestRefused | None = None, *, done: bool = False
) -> HTMLResponse:
    found = await queries.placement(visit.services, placement_id)
    fields = change_fields(found.state, visit.language)
    errors = form_errors(refused.answer, labels_shown(fields)) if refused else ()
    shown = {
        "found": found,
        "base": (await queries.bases(visit.services)).get(found.base),
        "history": await queries.history(visit.services, placement_id),
        "fields": fields if visit.visitor.role in WRITERS else [],
        "back": BACK_IN.get(found.state) if visit.visitor.role in WRITERS else None,
        "errors": errors,
        "values": visit.form or visit.kept_form(),
        "done": done,
    }
    return visit.page("placement.html", status, **shown, **await names_of(visit.services, visit.language))
