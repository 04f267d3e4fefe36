"""Subscriptions over HTTP: listed, added, changed, ended."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import AccessDenied, RequestRefused
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.pages.subscriptions.queries import PATH as API
from services.portal.pages.subscriptions.queries import choices, subscription, subscriptions
from services.portal.pages.subscriptions.rendering import (
    DAYS,
    FIRST,
    KINDS,
    RECIPIENT,
    SEVERITIES,
    WHAT,
    WORDS,
    as_typed,
    body_of,
    options_of,
)
from services.portal.pages.subscriptions.schemas import ShownSubscription, SubscriptionEnded
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import Filter, labels_of, shown_fields, typed
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.problems import Said

PATH = "/admin/subscriptions"

group = PageGroup(
    name="subscriptions",
    title=Said("订阅", "Subscriptions"),
    path=PATH,
    place=88,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/subscriptions")
async def list_subscriptions(visit: VisitDep, recipient: Filter = "") -> HTMLResponse:
    """Who hears of what, of one post or of all."""
    known = await choices(visit.services, visit.language)
    found = await subscriptions(visit.services, recipient.strip() or None)
    named = {name: dict(getattr(known, name)) for name in ("posts", "programmes", "units", "channels")}
    fixed = {"kinds": KINDS, "severities": SEVERITIES, "days": DAYS}
    named |= {name: {code: said.in_(visit.language) for code, said in all_.items()} for name, all_ in fixed.items()}
    return visit.page(
        "list.html",
        found=found,
        recipient=recipient,
        named=named,
        every_kind=len(KINDS),
        changes=_changes(visit),
    )


@group.router.get("/admin/subscriptions/new")
async def empty_form(visit: VisitDep, recipient: Filter = "") -> HTMLResponse:
    """The form of a new one."""
    return await _form(visit, None, FIRST | {"recipient": recipient})


@group.router.post("/admin/subscriptions/new")
async def subscribe(visit: VisitDep) -> Response:
    """Let a post hear of something (订阅)."""
    body = body_of(visit.form) | {"recipient": typed(visit.form, "recipient") or ""}
    try:
        await visit.services.write("POST", "notify", API, body, ShownSubscription, visit.form_id)
    except RequestRefused as refused:
        return await _form(visit, None, visit.form, refused.answer.status, _errors(visit, refused))
    return visit.go(PATH)


@group.router.get("/admin/subscriptions/{subscription_id}")
async def show_subscription(visit: VisitDep, subscription_id: UUID) -> HTMLResponse:
    """One of them, to be changed."""
    kept = await subscription(visit.services, subscription_id)
    return await _form(visit, kept, as_typed(kept))


@group.router.post("/admin/subscriptions/{subscription_id}")
async def change(visit: VisitDep, subscription_id: UUID) -> Response:
    """Change it, in the version that the form showed."""
    version, path = visit.form.get("version", ""), f"{API}/{subscription_id}"
    try:
        await visit.services.write(
            "PATCH", "notify", path, body_of(visit.form), ShownSubscription, visit.form_id, version=version
        )
    except RequestRefused as refused:
        kept = await subscription(visit.services, subscription_id)
        return await _form(visit, kept, visit.form, refused.answer.status, _errors(visit, refused))
    return visit.go(PATH)


@group.router.get("/admin/subscriptions/{subscription_id}/end")
async def confirm_end(visit: VisitDep, subscription_id: UUID) -> HTMLResponse:
    """Whether it is really to be ended."""
    return await _ending(visit, subscription_id)


@group.router.post("/admin/subscriptions/{subscription_id}/end")
async def end(visit: VisitDep, subscription_id: UUID) -> Response:
    """End it (取消订阅), in the version that the page showed."""
    version, path = visit.form.get("version", ""), f"{API}/{subscription_id}"
    try:
        await visit.services.write("DELETE", "notify", path, {}, SubscriptionEnded, visit.form_id, version=version)
    except RequestRefused as refused:
        return await _ending(visit, subscription_id, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(PATH)


async def _ending(
    visit: Visit, subscription_id: UUID, status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    kept = await subscription(visit.services, subscription_id)
    known = await choices(visit.services, visit.language)
    post = dict(known.posts).get(kept.recipient, kept.recipient)
    return visit.page("end.html", status, kept=kept, post=post, errors=errors)


def _changes(visit: Visit) -> bool:
    return visit.visitor.role is not Role.AUDITOR


def _errors(visit: Visit, refused: RequestRefused) -> Sequence[FormError]:
    return errors_of(refused.answer, labels_of((RECIPIENT, *WHAT), visit.language))


async def _form(
    visit: Visit,
    kept: ShownSubscription | None,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
) -> HTMLResponse:
    if not _changes(visit):
        raise AccessDenied
    known = await choices(visit.services, visit.language)
    fields = (RECIPIENT, *WHAT) if kept is None else WHAT
    return visit.page(
        "form.html",
        status,
        kept=kept,
        post=dict(known.posts).get(kept.recipient, kept.recipient) if kept else "",
        fields=shown_fields(fields, visit.language, options_of(known, visit.language)),
        values=values,
        errors=errors,
        late=status == 412,
    )
