"""The list of registrations, its search, and decisions on many at once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Response

from services.portal.client.details import in_language
from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.client.services import or_none
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.opening import WRITERS, group
from services.portal.pages.registrations.queries import REGISTRY, Known
from services.portal.pages.registrations.rendering.actions import action_fields, action_named, open_actions, taken_back
from services.portal.pages.registrations.rendering.names import names
from services.portal.pages.registrations.schemas import ManyAnswer, OpenAction, RegistrationShown
from services.portal.shell.fields import labels_shown
from services.portal.shell.visits import Visit, VisitDep

Filter = Annotated[str, Query(max_length=60)]
PICKED, LISTED = "id.", "row."  # what was selected, and what stood on the page


@group.router.get("/registrations")
async def list_registrations(
    visit: VisitDep,
    programme: Filter = "",
    state: Filter = "",
    unit: Filter = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """The registrations that the visitor may see, the newest first, with what they may do with many at once."""
    known = await queries.known(visit.services)
    chosen = {"programme": programme, "state": state, "unit": unit}
    wanted = {name: value or None for name, value in chosen.items()}
    found, following = await queries.registrations(visit.services, cursor=cursor or None, **wanted)
    kept = {name: value for name, value in chosen.items() if value}
    more = "?" + urlencode(kept | {"cursor": following}) if following else None
    acts = _acts_on_many(known, programme, state) if state else []
    return _list(visit, known, found, chosen=chosen, more=more, acts=acts)


@group.router.post("/registrations")
async def search(visit: VisitDep) -> Response:
    """What a number leads to. It is sent, and stands in no address."""
    known, q = await queries.known(visit.services), visit.form.get("q", "").strip()
    if not q:
        return visit.go("/registrations")
    try:
        found = await queries.found_by(visit.services, q, visit.form_id)
    except RequestRefused as refused:
        labels = {"q": group.words["search_label"].in_(visit.language)}
        errors = form_errors(refused.answer, labels)
        return _list(visit, known, [], 422, q=q, errors=errors)
    return _list(visit, known, found, q=q)


@group.router.post("/registrations/batch")
async def act_on_many(visit: VisitDep) -> Response:
    """One act for all that were selected: first what it asks for, then what came of each."""
    known = await queries.known(visit.services)
    action = action_named(known.workflow, visit.form.get("action", ""), visit.form.get("state", ""))
    if action is None:
        raise ResourceMissing
    ids = _picked(visit.form)
    fields = action_fields(action, known.workflow.exit_reasons, known.units_now, visit.language)
    about: dict[str, Any] = {
        "action": action,
        "name": in_language(action, visit.language),
        "ids": ids,
        "state": visit.form.get("state", ""),
        "fields": fields,
    }
    if not ids or not visit.form.get("confirmed"):
        return visit.page("batch.html", 200, errors=(), values=visit.form, **about)
    needed = group.words["needed"].in_(visit.language)
    missing = [each for each in fields if each.required and not visit.form.get(each.name, "").strip()]
    if missing:  # of many the registry would refuse each by itself
        errors: Sequence[FormError] = [FormError(needed, each.name, each.label) for each in missing]
        return visit.page("batch.html", 422, errors=errors, values=visit.form, **about)
    return await _decide(visit, known, about)


async def _decide(visit: Visit, known: Known, about: dict[str, Any]) -> Response:
    """Do it, and show what came of each."""
    action, ids, fields = about["action"], about["ids"], about["fields"]
    stated = {each.name: visit.form[each.name] for each in fields if visit.form.get(each.name, "").strip()}
    body = {"action": action.code, "ids": ids} | stated
    path = "/v1/registrations/transitions"
    try:
        came = await visit.services.write("POST", REGISTRY, path, body, ManyAnswer, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_shown(fields))
        return visit.page("batch.html", refused.answer.status, errors=errors, values=visit.form, **about)
    found = await asyncio.gather(*(or_none(queries.registration(visit.services, item.id)) for item in came.items))
    shown = {each.id: each for each in found if each}  # what was done is said even where a name is not to be had
    back = taken_back(known.workflow, action.code, [each for each in came.items if each.status == 200])
    return visit.page(
        "outcome.html", 200, items=came.items, shown=shown, back=back, **about, **names(known, visit.language)
    )


def _list(visit: Visit, known: Known, found: list[RegistrationShown], status: int = 200, **more: Any) -> Response:
    nothing: Mapping[str, Any] = {"programme": "", "state": "", "unit": ""}
    own: dict[str, Any] = {"chosen": nothing, "more": None, "acts": [], "q": "", "errors": ()}
    about = {"found": found, "known": known, "may_register": visit.visitor.role in WRITERS}
    return visit.page("list.html", status, **names(known, visit.language), **about, **own | more)


def _acts_on_many(known: Known, programme: str, state: str) -> list[OpenAction]:
    """What may be done with those of one state; of several programmes, whatever one of them admits."""
    flows = (
        {known.programme(programme).workflow} if programme else {each.workflow for each in known.programmes.values()}
    )
    acts = {each.code: each for flow in flows for each in open_actions(known.workflow, state, flow)}
    return list(acts.values())


def _picked(form: Mapping[str, str]) -> list[str]:
    """The registrations that were selected, or all that the page listed; of what is no number of one, nothing."""
    prefix = LISTED if form.get("all") else PICKED
    named = [name.removeprefix(prefix) for name in form if name.startswith(prefix)]
    return [str(UUID(each)) for each in named if _is_uuid(each)]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
