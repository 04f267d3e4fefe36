"""Suspected duplicates over HTTP: the queue, one case with both sides, its decision, and taking that back."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.names import ID_TYPES, by_code, names_of, people_names
from services.portal.client.services import or_none
from services.portal.pages.duplicates.rendering import WORDS, decision_fields, institution_name
from services.portal.pages.duplicates.rules import differ, head_changes
from services.portal.pages.duplicates.schemas import CaseDecided, CaseShown, EmployerName, ListedCase, OwnRegistration
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.fields import labels_shown
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
REGISTRY, CASES = "registry", "/v1/duplicates"
SEES_ALL = (Role.BUREAU_OFFICER, Role.AUDITOR)
ONE = "/duplicates/{duplicate_id}"
AT_ONCE = 50  # cases on one page
MOST_NAMED = 20  # registrations that are shown by name; more are rare, and stand by their numbers
CaseState = Literal["open", "same", "different"]

group = PageGroup(
    name="duplicates",
    title=Said("疑似重复", "Duplicates"),
    path="/duplicates",
    place=32,
    roles=(*SEES_ALL, Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    keeps=(ONE,),
)


@group.router.get("/duplicates")
async def list_cases(
    visit: VisitDep, state: CaseState = "open", cursor: Word | None = None, before: UUID | None = None
) -> HTMLResponse:
    """The queue, the newest first; `before` is the case that was decided just now, where no other one waits."""
    found, following = await visit.services.page(REGISTRY, CASES, ListedCase, state=state, limit=AT_ONCE, cursor=cursor)
    whole = visit.visitor.role in SEES_ALL
    decided = await _decided(visit, before)
    own = {} if whole else await _own(visit, [id_ for each in found for id_ in each.registrations])
    return visit.page(
        "list.html",
        found=found,
        following=following,
        state=state,
        whole=whole,
        before=decided,
        own=own,
        **await names_of(visit.services, visit.language),
    )


@group.router.get(ONE)
async def show_case(visit: VisitDep, duplicate_id: UUID, before: UUID | None = None) -> HTMLResponse:
    """One case: both records side by side, what differs, what a decision would do to counts."""
    return await _shown(visit, duplicate_id, before=before)


@group.router.post(ONE)
async def decide(visit: VisitDep, duplicate_id: UUID) -> Response:
    """Decide a case (认定是否同一人), and lead on to the next one that waits."""
    stated = {name: visit.form[name] for name in ("decision", "credit_to", "reason") if visit.form.get(name)}
    if stated.get("decision") == "different":
        stated.pop("credit_to", None)  # chosen before they were found to be two people
    path = f"{CASES}/{duplicate_id}/decision"
    try:
        await visit.services.write("POST", REGISTRY, path, stated, CaseDecided, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, duplicate_id, refused.answer.status, refused=refused)
    waiting, _ = await visit.services.page(REGISTRY, CASES, ListedCase, state="open", limit=1)
    on = f"/{waiting[0].id}" if waiting else ""
    return visit.go(f"/duplicates{on}?before={duplicate_id}")


@group.router.post(f"{ONE}/undo")
async def undo(visit: VisitDep, duplicate_id: UUID) -> Response:
    """Take a decision back (撤销结论)."""
    path, stated = f"{CASES}/{duplicate_id}/undo", {"reason": visit.form.get("reason", "")}
    try:
        await visit.services.write("POST", REGISTRY, path, stated, CaseDecided, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, duplicate_id, refused.answer.status, refused=refused)
    return visit.go(f"/duplicates/{duplicate_id}?before={duplicate_id}")


async def _own(visit: Visit, ids: Sequence[UUID]) -> dict[UUID, OwnRegistration | None]:
    """The first of the visitor's own registrations, by which they know them again."""
    first = ids[:MOST_NAMED]
    answers = (visit.services.one(REGISTRY, f"/v1/registrations/{id_}", OwnRegistration) for id_ in first)
    return dict(zip(first, await asyncio.gather(*map(or_none, answers)), strict=True))


async def _decided(visit: Visit, before: UUID | None) -> CaseShown | None:
    """What was decided just now."""
    if before is None or visit.visitor.role not in SEES_ALL:
        return None
    return await or_none(visit.services.one(REGISTRY, f"{CASES}/{before}", CaseShown))


async def _shown(
    visit: Visit,
    duplicate_id: UUID,
    status: int = 200,
    before: UUID | None = None,
    refused: RequestRefused | None = None,
) -> HTMLResponse:
    case, names, found, person = await asyncio.gather(
        visit.services.one(REGISTRY, f"{CASES}/{duplicate_id}", CaseShown),
        names_of(visit.services, visit.language),
        or_none(visit.services.all(REGISTRY, "/v1/institutions", EmployerName, limit=200)),
        people_names(visit.services, visit.visitor.role),
    )
    institutions = found or []
    changes = head_changes(case.sides)
    fields = decision_fields(changes, names, visit.language)
    errors: Sequence[FormError] = ()
    if refused:
        errors = form_errors(refused.answer, labels_shown(fields))
    about: dict[str, Any] = {
        "case": case,
        "fields": fields,
        "changes": changes,
        "differing": differ(case.sides),
        "decides": visit.visitor.role is Role.BUREAU_OFFICER,
        "before": await _decided(visit, before),
        "person_name": person,
        "document_name": by_code({code: said.in_(visit.language) for code, said in ID_TYPES.items()}),
        "institution_name": institution_name({each.id: each.name for each in institutions}),
    }
    values = visit.form or visit.kept_form()
    return visit.page("case.html", status, errors=errors, values=values, **about, **names)
