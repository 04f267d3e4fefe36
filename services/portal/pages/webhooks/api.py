"""An institution's endpoints over HTTP: added, tried, changed, given another secret, sent to again, removed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.client.names import reason_names
from services.portal.client.schemas import RemovedAnswer
from services.portal.pages.webhooks.rendering import EVENTS, SINCE, WHAT, WORDS, body_of, shown_values
from services.portal.pages.webhooks.schemas import EndpointDelivery, SentAgain, ShownEndpoint
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import Cursor, labels_of, shown_fields, typed
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared import clock
from shared.auth import OF_AN_INSTITUTION
from shared.days import read_date
from shared.problems import Fault, Said

PATH, API = "/webhooks", "/v1/webhook-endpoints"
AT_ONCE = 20  # deliveries on one page

group = PageGroup(
    name="webhooks",
    title=Said("系统回调", "Webhooks"),
    path=PATH,
    place=81,
    roles=OF_AN_INSTITUTION,
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/webhooks")
async def list_endpoints(visit: VisitDep) -> HTMLResponse:
    """The endpoints of the visitor's institution, with a form to add another."""
    return await _listed(visit, {})


@group.router.post("/webhooks")
async def add(visit: VisitDep) -> Response:
    """Add an endpoint (登记回调地址), and show its secret this once."""
    try:
        made = await visit.services.write("POST", "notify", API, body_of(visit.form), ShownEndpoint, visit.form_id)
    except RequestRefused as refused:
        return await _listed(visit, visit.form, refused.answer.status, _errors(visit, refused))
    return visit.page("secret.html", endpoint=made)


@group.router.get("/webhooks/{endpoint_id}")
async def show_endpoint(visit: VisitDep, endpoint_id: UUID, cursor: Cursor = "", resent: int | None = None) -> Response:
    """One endpoint and what was sent to it; with how many events are on their way again."""
    return await _one(visit, endpoint_id, cursor=cursor, resent=resent)


@group.router.post("/webhooks/{endpoint_id}")
async def change(visit: VisitDep, endpoint_id: UUID) -> Response:
    """Change it, or switch it on or off, in the version that the form showed."""
    body = body_of(visit.form) | {"enabled": bool(visit.form.get("enabled"))}
    version, path = visit.form.get("version", ""), f"{API}/{endpoint_id}"
    try:
        await visit.services.write("PATCH", "notify", path, body, ShownEndpoint, visit.form_id, version=version)
    except RequestRefused as refused:
        errors = errors_of(refused.answer, labels_of(WHAT, visit.language))
        return await _one(visit, endpoint_id, refused.answer.status, errors, values=visit.form)
    return visit.go(f"{PATH}/{endpoint_id}")


@group.router.post("/webhooks/{endpoint_id}/test")
async def send_trial(visit: VisitDep, endpoint_id: UUID) -> Response:
    """Send a trial to it (试发), which is the first of its deliveries from then on."""
    try:
        path = f"{API}/{endpoint_id}/test"
        await visit.services.write("POST", "notify", path, {}, EndpointDelivery, visit.form_id)
    except RequestRefused as refused:
        return await _one(visit, endpoint_id, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(f"{PATH}/{endpoint_id}")


@group.router.post("/webhooks/{endpoint_id}/replay")
async def replay(visit: VisitDep, endpoint_id: UUID) -> Response:
    """Send again what happened since a day of the bureau's calendar (按时间补发)."""
    day = read_date(typed(visit.form, "since") or "")
    if isinstance(day, Fault):  # notify asks for an instant, which nobody writes by hand
        wrong = [FormError(day.said.in_(visit.language), SINCE.name, SINCE.label.in_(visit.language))]
        return await _one(visit, endpoint_id, 422, wrong, values=visit.form)
    try:
        path, body = f"{API}/{endpoint_id}/replay", {"since": clock.first_instant(day).isoformat()}
        again = await visit.services.write("POST", "notify", path, body, SentAgain, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of([SINCE], visit.language))
        return await _one(visit, endpoint_id, refused.answer.status, errors, values=visit.form)
    return visit.go(f"{PATH}/{endpoint_id}?resent={again.resent}")


@group.router.get("/webhooks/{endpoint_id}/rotate")
async def confirm_rotation(visit: VisitDep, endpoint_id: UUID) -> HTMLResponse:
    """Whether it is really to have another secret."""
    return await _confirming(visit, endpoint_id, "rotate")


@group.router.post("/webhooks/{endpoint_id}/rotate")
async def rotate(visit: VisitDep, endpoint_id: UUID) -> Response:
    """Give it another secret (更换密钥), and show that this once."""
    try:
        path = f"{API}/{endpoint_id}/rotate"
        made = await visit.services.write("POST", "notify", path, {}, ShownEndpoint, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, {})
        return await _confirming(visit, endpoint_id, "rotate", refused.answer.status, errors)
    return visit.page("secret.html", endpoint=made)


@group.router.get("/webhooks/{endpoint_id}/remove")
async def confirm_removal(visit: VisitDep, endpoint_id: UUID) -> HTMLResponse:
    """Whether it is really to be removed."""
    return await _confirming(visit, endpoint_id, "remove")


@group.router.post("/webhooks/{endpoint_id}/remove")
async def remove(visit: VisitDep, endpoint_id: UUID) -> Response:
    """Remove it, in the version that the page showed."""
    version, path = visit.form.get("version", ""), f"{API}/{endpoint_id}"
    try:
        await visit.services.write("DELETE", "notify", path, {}, RemovedAnswer, visit.form_id, version=version)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, {})
        return await _confirming(visit, endpoint_id, "remove", refused.answer.status, errors)
    return visit.go(PATH)


def _errors(visit: Visit, refused: RequestRefused) -> Sequence[FormError]:
    return form_errors(refused.answer, labels_of(WHAT, visit.language))


def _form_parts(visit: Visit) -> dict[str, Any]:
    """The fields of an endpoint's form, and what each event is called."""
    events = {code: said.in_(visit.language) for code, said in EVENTS.items()}
    return {"events": events, "fields": shown_fields(WHAT, visit.language, {"events": list(events.items())})}


async def _listed(
    visit: Visit, values: Mapping[str, str], status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    found = await visit.services.all("notify", API, ShownEndpoint)
    return visit.page("list.html", status, found=found, values=values, errors=errors, **_form_parts(visit))


async def _confirming(
    visit: Visit, endpoint_id: UUID, act: str, status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    endpoint = await visit.services.one("notify", f"{API}/{endpoint_id}", ShownEndpoint)
    return visit.page("confirm.html", status, endpoint=endpoint, act=act, errors=errors)


async def _one(
    visit: Visit,
    endpoint_id: UUID,
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    values: Mapping[str, str] | None = None,
    cursor: str = "",
    resent: int | None = None,
) -> HTMLResponse:
    path = f"{API}/{endpoint_id}"
    endpoint = await visit.services.one("notify", path, ShownEndpoint)
    sent, following = await visit.services.page(
        "notify", f"{path}/deliveries", EndpointDelivery, limit=AT_ONCE, cursor=cursor or None
    )
    return visit.page(
        "endpoint.html",
        status,
        endpoint=endpoint,
        sent=sent,
        following=following,
        resent=resent,
        since=SINCE.shown(visit.language),
        values=shown_values(endpoint, values or {}),
        reason_name=reason_names(visit.language),
        errors=errors,
        late=status == 412,
        **_form_parts(visit),
    )
