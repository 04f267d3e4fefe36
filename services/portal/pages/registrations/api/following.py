"""What follows a recognition (认定后情况): recorded from a day on, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.portal.client.errors import AccessDenied, RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.opening import FACTS, WRITERS, group
from services.portal.pages.registrations.queries import REGISTRY
from services.portal.pages.registrations.rendering.following import (
    attribute_name,
    circumstance_body,
    circumstance_fields,
)
from services.portal.pages.registrations.rendering.names import names
from services.portal.pages.registrations.schemas import ActDone
from services.portal.shell.fields import labels_shown
from services.portal.shell.visits import Visit, VisitDep

Attribute = Annotated[str, Query(max_length=60)]


@group.router.get(FACTS)
async def ask_circumstance(
    visit: VisitDep, registration_id: UUID, attribute: Attribute = "", corrects: UUID | None = None
) -> Response:
    """What recording one thing asks for; or correcting what was recorded."""
    kept = visit.kept_form()
    wanted = kept.get("attribute") or attribute
    values = kept or {"corrects": str(corrects or ""), "value.id_type": "resident_id"}
    return await _form(visit, registration_id, wanted, values)


@group.router.post(FACTS)
async def record_circumstance(visit: VisitDep, registration_id: UUID) -> Response:
    """Record it, and lead back to the registration."""
    _check(visit)
    attribute, found = visit.form.get("attribute", ""), await queries.registration(visit.services, registration_id)
    programme = (await queries.known(visit.services)).programme(found.programme)
    fields = circumstance_fields(programme, attribute, visit.language, corrects=bool(visit.form.get("corrects")))
    body = circumstance_body(visit.form, fields, attribute, found.counted_on)
    path = f"/v1/registrations/{registration_id}/facts"
    try:
        await visit.services.write("POST", REGISTRY, path, body, ActDone, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_shown(fields))
        return await _form(visit, registration_id, attribute, visit.form, refused.answer.status, errors)
    return visit.go(f"/registrations/{registration_id}?done=true")


@group.router.post(FACTS + "/{fact_id}/withdraw")
async def withdraw_circumstance(visit: VisitDep, registration_id: UUID, fact_id: UUID) -> Response:
    """Withdraw what was recorded by mistake (撤回); it stays in sight."""
    _check(visit)
    path = f"/v1/registrations/{registration_id}/facts/{fact_id}/withdraw"
    attribute, stated = visit.form.get("attribute", ""), {"reason": visit.form.get("reason", "")}
    try:
        await visit.services.write("POST", REGISTRY, path, stated, ActDone, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, {"reason": group.words["withdraw_reason"].in_(visit.language)})
        values = {**visit.form, "corrects": str(fact_id)}
        return await _form(visit, registration_id, attribute, values, refused.answer.status, errors)
    return visit.go(f"/registrations/{registration_id}?done=true")


async def _form(
    visit: Visit,
    registration_id: UUID,
    attribute: str,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
) -> Response:
    _check(visit)
    known, found = await queries.known(visit.services), await queries.registration(visit.services, registration_id)
    programme = known.programme(found.programme)
    if attribute not in programme.follows:
        raise ResourceMissing
    corrects = values.get("corrects", "")
    fields = circumstance_fields(programme, attribute, visit.language, corrects=bool(corrects))
    about = {"found": found, "attribute": attribute, "name": attribute_name(attribute, visit.language)}
    shown = {"fields": fields, "corrects": corrects, "values": values, "errors": errors}
    return visit.page("fact.html", status, **about, **shown, **names(known, visit.language))


def _check(visit: Visit) -> None:
    if visit.visitor.role not in WRITERS:
        raise AccessDenied
