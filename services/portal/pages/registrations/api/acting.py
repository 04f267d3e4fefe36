"""One registration: what is known of it, what was done to it, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from services.portal.client.details import in_language
from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.opening import FORM, group
from services.portal.pages.registrations.api.showing import detail
from services.portal.pages.registrations.queries import REGISTRY, Known
from services.portal.pages.registrations.rendering.actions import BEYOND, action_fields, action_named, beyond_field
from services.portal.pages.registrations.rendering.names import names
from services.portal.pages.registrations.rendering.purposes import purpose_fields
from services.portal.pages.registrations.schemas import (
    ActDone,
    ClearAnswer,
    OpenAction,
    RegistrationShown,
)
from services.portal.shell.fields import FormField, labels_shown
from services.portal.shell.visits import Visit, VisitDep

NO_PLACE = "quota-full"


@group.router.get("/registrations/{registration_id}")
async def show(
    visit: VisitDep,
    registration_id: UUID,
    done: Annotated[bool, Query(description="something was done just now")] = False,
) -> Response:
    """One registration with its history and what the visitor may do next."""
    return await detail(visit, registration_id, done=done)


@group.router.post("/registrations/{registration_id}/clear")
async def show_in_clear(visit: VisitDep, registration_id: UUID) -> Response:
    """The clear values, for a purpose and on record; on this page alone."""
    fields = purpose_fields(visit.language)
    stated = {each.name: visit.form[each.name] for each in fields if visit.form.get(each.name, "").strip()}
    path = f"/v1/registrations/{registration_id}/unmask"
    try:
        found = await visit.services.write("POST", REGISTRY, path, stated, ClearAnswer, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_shown(fields))
        return await detail(visit, registration_id, refused.answer.status, errors=errors)
    return await detail(visit, registration_id, clear=found.subject)


@group.router.get("/registrations/{registration_id}/{action}")
async def ask(visit: VisitDep, registration_id: UUID, action: str) -> Response:
    """What an act asks for, on a page of its own."""
    return await _confirm(visit, registration_id, action)


@group.router.post("/registrations/{registration_id}/{action}")
async def act(visit: VisitDep, registration_id: UUID, action: str) -> Response:
    """Do it, and lead back to the registration; or to the next form, where one undid what they had just registered."""
    known = await queries.known(visit.services)
    found = await queries.registration(visit.services, registration_id)
    fields = _fields(visit, known, found, action)
    stated = {each.name: visit.form[each.name] for each in fields if visit.form.get(each.name, "").strip()}
    path = f"/v1/registrations/{registration_id}/transitions"
    try:
        body = {"action": action} | stated
        await visit.services.write("POST", REGISTRY, path, body, ActDone, visit.form_id)
    except RequestRefused as refused:
        full = refused.answer.type.endswith(NO_PLACE)
        errors = form_errors(refused.answer, labels_shown(fields))
        return await _confirm(visit, registration_id, action, refused.answer.status, errors, full=full)
    if visit.form.get("back") == "form":
        return visit.go(f"{FORM}?programme={found.programme}&done={found.id}")
    return visit.go(f"/registrations/{registration_id}?done=true")


async def _confirm(
    visit: Visit,
    registration_id: UUID,
    code: str,
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    full: bool = False,
) -> Response:
    known = await queries.known(visit.services)
    found = await queries.registration(visit.services, registration_id)
    action = _named(known, found, code)
    fields = _fields(visit, known, found, code, full=full)
    beyond = next((each for each in fields if each.name == BEYOND), None)
    if full and beyond:  # the way out of this refusal is that field
        errors = [replace(each, field=beyond.name, label=beyond.label) for each in errors]
    first = {name: str(value) for name, value in _first_stated(found, code).items() if value is not None}
    shown = {
        "found": found,
        "action": action,
        "name": in_language(action, visit.language),
        "fields": fields,
        "beyond": beyond,
        "focus": next((each.field for each in errors if each.field), fields[0].name if fields else ""),
        "errors": errors,
        "values": visit.form or first,
    }
    return visit.page("confirm.html", status, **shown, **names(known, visit.language))


def _fields(visit: Visit, known: Known, found: RegistrationShown, code: str, *, full: bool = False) -> list[FormField]:
    """What the act asks for; why it goes beyond the places where none is left, and of the second officer."""
    action = _named(known, found, code)
    fields = action_fields(action, known.workflow.exit_reasons, known.units_now, visit.language)
    beyond = full or BEYOND in visit.form or _first_stated(found, code).get(BEYOND)
    return [*fields, beyond_field(visit.language)] if beyond else fields


def _first_stated(found: RegistrationShown, code: str) -> Mapping[str, Any]:
    """What a first officer stated who requested the same, so that the second has to state the same."""
    first = found.approval
    return first.wanted if first and not first.void and first.action == code else {}


def _named(known: Known, found: RegistrationShown, code: str) -> OpenAction:
    action = action_named(known.workflow, code, found.state, known.programme(found.programme).workflow)
    if action is None:
        raise ResourceMissing
    return action
