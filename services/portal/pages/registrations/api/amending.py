"""Amending (修改): the form of a registration filled with what is kept, tried, saved, and submitted again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from fastapi import Response

from services.portal.client.details import ProgrammeForm
from services.portal.client.errors import AccessDenied, RequestRefused, ServiceDown
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.entering import SENT_BEFORE
from services.portal.pages.registrations.api.opening import EDIT, WRITERS, group
from services.portal.pages.registrations.api.showing import detail
from services.portal.pages.registrations.queries import REGISTRY, Known
from services.portal.pages.registrations.rendering.actions import may_amend, open_actions
from services.portal.pages.registrations.rendering.amending import (
    amended_form,
    change_of,
    differing,
    kept_values,
    returned_by,
)
from services.portal.pages.registrations.rendering.forms import Choices, FieldGroup, form_of, labels_of
from services.portal.pages.registrations.rendering.names import names
from services.portal.pages.registrations.schemas import ActDone, CheckAnswer, RegistrationShown
from services.portal.shell.visits import Visit, VisitDep


@dataclass(frozen=True)
class Amended:
    """A registration as it is kept now, with the form of its programme."""

    known: Known
    found: RegistrationShown
    programme: ProgrammeForm
    groups: Sequence[FieldGroup]

    @property
    def path(self) -> str:
        """Where the registry has it."""
        return f"/v1/registrations/{self.found.id}"


@group.router.get(EDIT)
async def show_kept(visit: VisitDep, registration_id: UUID) -> Response:
    """The form with what is kept, or as typed before the session ended; where it may not be amended, its page."""
    one = await _amended(visit, registration_id)
    if not may_amend(one.known.workflow, one.found):
        return visit.go(f"/registrations/{registration_id}")
    typed = visit.kept_form()
    more: dict[str, Any] = {"form_id": lambda: typed["form_id"]} if typed.get("form_id") else {}
    return await _form(visit, one, typed or kept_values(one.found), kept=bool(typed), **more)


@group.router.post(EDIT)
async def amend(visit: VisitDep, registration_id: UUID) -> Response:
    """Save what was changed, and submit it where that is wanted; or try it, or say what is wrong, all as typed."""
    one = await _amended(visit, registration_id)
    change = change_of(visit.form, one.groups, one.programme, one.found)
    try:
        if visit.form.get("act") == "try":
            check = f"{one.path}/check"
            tried = await visit.services.write("POST", REGISTRY, check, change, CheckAnswer, visit.act_id)
            return await _form(visit, one, visit.form, tried=tried)
        version = visit.form.get("version", "")
        await visit.services.write("PATCH", REGISTRY, one.path, change, ActDone, visit.form_id, version=version)
        if visit.form.get("act") == "submit":
            return await _submitted(visit, one)
    except RequestRefused as refused:
        return await _refused(visit, one, refused)
    except ServiceDown:
        down = [FormError(group.words["amend_down"].in_(visit.language))]
        same = {"form_id": lambda: visit.form_id}  # it may have been saved: sent again, it is once
        return await _form(visit, one, visit.form, 503, down, **same)
    return visit.go(f"/registrations/{registration_id}?done=true")


async def _submitted(visit: Visit, one: Amended) -> Response:
    """Submit what was saved; refused, it stays saved, and its own page says why it was not submitted."""
    path, key = f"{one.path}/transitions", uuid5(visit.form_id, "submit")
    try:
        await visit.services.write("POST", REGISTRY, path, {"action": "submit"}, ActDone, key)
    except RequestRefused as refused:
        saved = FormError(group.words["saved_not_submitted"].in_(visit.language))
        return await detail(
            visit, one.found.id, refused.answer.status, errors=[saved, *form_errors(refused.answer, {})]
        )
    return visit.go(f"/registrations/{one.found.id}?done=true")


async def _refused(visit: Visit, one: Amended, refused: RequestRefused) -> Response:
    """The form as typed; where the registration is otherwise by now, with what it is, to be sent again over that."""
    answer = refused.answer
    if answer.status != 412 and not answer.type.endswith(SENT_BEFORE):
        return await _form(visit, one, visit.form, answer.status, form_errors(answer, labels_of(one.groups)))
    now = await _amended(visit, one.found.id)
    values = {**visit.form, "version": str(now.found.version)}
    return await _form(visit, now, values, answer.status, late=differing(visit.form, now.groups, now.found))


async def _amended(visit: Visit, registration_id: UUID) -> Amended:
    if visit.visitor.role not in WRITERS:
        raise AccessDenied
    known, found = await asyncio.gather(
        queries.known(visit.services), queries.registration(visit.services, registration_id)
    )
    programme = known.programme(found.programme)
    units = {each.code: each for each in known.units_now}
    if own := known.units.get(found.reporting_unit):  # what ended long ago stays with what is not changed
        units[own.code] = own
    groups = form_of(programme, Choices(list(units.values())), visit.language)
    return Amended(known, found, programme, amended_form(groups, visit.form, found))


async def _form(
    visit: Visit,
    one: Amended,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    **more: Any,
) -> Response:
    own = {"kept": False, "tried": None, "late": None}
    called = names(one.known, visit.language)
    subject = one.found.subject
    masked = {"name": subject.name, "document": called["document_name"](subject.id_type), "number": subject.number}
    about = group.words["subject_kept"].in_(visit.language).format(**masked) if subject.kind == "person" else ""
    acts = open_actions(one.known.workflow, one.found.state, one.programme.workflow)
    shown = {
        "found": one.found,
        "groups": one.groups,
        "values": values,
        "version": values.get("version", one.found.version),
        "errors": errors,
        "focus": next((each.field for each in errors if each.field), ""),
        "about": about,
        "submits": "submit" in [each.code for each in acts],
        "returned": returned_by(one.found, await queries.history(visit.services, one.found.id)),
    }
    return visit.page("edit.html", status, **called, **shown, **own | more)
