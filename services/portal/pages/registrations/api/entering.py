"""The form of a programme: filled in, tried, sent once, and given back filled in where it is refused."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from services.portal.client.details import ProgrammeForm
from services.portal.client.errors import AccessDenied, RequestRefused, ServiceDown
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.opening import FORM, WRITERS, group
from services.portal.pages.registrations.queries import REGISTRY, Known
from services.portal.pages.registrations.rendering.actions import open_actions
from services.portal.pages.registrations.rendering.forms import Choices, FieldGroup, body_of, form_of, labels_of
from services.portal.pages.registrations.rendering.names import names
from services.portal.pages.registrations.schemas import CheckAnswer, RegistrationShown
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role

SENT_BEFORE = "idempotency-key-reused"  # the same form, come back to and changed
PRESET = {"subject.id_type": "resident_id"}


@group.router.get(FORM)
async def empty_form(
    visit: VisitDep,
    programme: Annotated[str | None, Query(max_length=60)] = None,
    done: Annotated[UUID | None, Query(description="what was registered before")] = None,
) -> Response:
    """The form of a programme, empty or as typed before the session ended; without one, the choice of a programme."""
    if visit.visitor.role not in WRITERS:
        raise AccessDenied
    known, before = await asyncio.gather(queries.known(visit.services), _before(visit, done))
    kept = visit.kept_form()
    code = kept.get("programme") or programme
    if not code:
        return visit.page("choose.html", 200, programmes=known.programmes.values(), **names(known, visit.language))
    chosen = known.programme(code)
    unit = {"reporting_unit": before.reporting_unit} if before else {}
    more: dict[str, Any] = {"kept": bool(kept), "before": before, "undo": _undo(before, chosen, known)}
    if kept.get("form_id"):
        more["form_id"] = lambda: kept["form_id"]
    return await _form(visit, known, chosen, kept or PRESET | unit, **more)


@group.router.post(FORM)
async def register(visit: VisitDep) -> Response:
    """Register and lead on to the next empty form; or try it, or say what is wrong, with everything as it was typed."""
    if visit.visitor.role not in WRITERS:
        raise AccessDenied
    known = await queries.known(visit.services)
    programme = known.programme(visit.form.get("programme", ""))
    groups = await _groups(visit, known, programme)
    body = body_of(visit.form, groups, programme)
    try:
        if visit.form.get("act") == "try":
            tried = await visit.services.write(
                "POST", REGISTRY, f"/v1/programmes/{programme.code}/check", body, CheckAnswer, visit.form_id
            )
            return await _form(visit, known, programme, visit.form, tried=tried)
        wanted = body | {"programme": programme.code, "submit": visit.form.get("act") != "draft"}
        path = "/v1/registrations"
        made = await visit.services.write("POST", REGISTRY, path, wanted, RegistrationShown, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of(groups))
        if refused.answer.type.endswith(SENT_BEFORE):
            errors = [FormError(group.words["sent_before"].in_(visit.language))]
        return await _form(visit, known, programme, visit.form, refused.answer.status, errors=errors)
    except ServiceDown:
        down = [FormError(group.words["form_down"].in_(visit.language))]
        same = {"form_id": lambda: visit.form_id}  # it may have been registered: sent again, it is once
        return await _form(visit, known, programme, visit.form, 503, errors=down, **same)
    return visit.go(f"{FORM}?programme={programme.code}&done={made.id}")


async def _before(visit: Visit, done: UUID | None) -> RegistrationShown | None:
    """What was registered just now."""
    return await queries.registration(visit.services, done) if done else None


async def _groups(visit: Visit, known: Known, programme: ProgrammeForm) -> list[FieldGroup]:
    officer = visit.visitor.role == Role.BUREAU_OFFICER
    institutions = await queries.institutions(visit.services) if officer else []
    return form_of(programme, Choices(known.units_now, institutions), visit.language)


async def _form(
    visit: Visit,
    known: Known,
    programme: ProgrammeForm,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    **more: Any,
) -> Response:
    groups = await _groups(visit, known, programme)
    first = next((each.field for each in errors if each.field), groups[0].fields[0].name)
    own = {"kept": False, "before": None, "undo": False, "tried": None}
    shown = {"programme": programme, "groups": groups, "values": values, "errors": errors, "focus": first}
    return visit.page("form.html", status, **names(known, visit.language), **shown, **own | more)


def _undo(before: RegistrationShown | None, programme: ProgrammeForm, known: Known) -> bool:
    """Whether what was just registered can still be withdrawn."""
    if before is None:
        return False
    return "withdraw" in [each.code for each in open_actions(known.workflow, before.state, programme.workflow)]
