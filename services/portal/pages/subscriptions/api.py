"""Subscriptions over HTTP: listed, added, changed, ended, and looked back at."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import AccessDenied, RequestRefused
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.client.schemas import RemovedAnswer
from services.portal.pages.subscriptions.queries import PATH as API
from services.portal.pages.subscriptions.queries import (
    SubscriptionChoices,
    choices,
    look_back,
    subscription,
    subscriptions,
)
from services.portal.pages.subscriptions.rendering import (
    DAYS,
    FIRST,
    KINDS,
    RECIPIENT,
    SEVERITIES,
    SINCE,
    WHAT,
    WORDS,
    as_typed,
    body_of,
    look_back_errors,
    options_of,
    some_weeks_ago,
)
from services.portal.pages.subscriptions.schemas import BacktestAnswer, ShownSubscription
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
    known, found = await asyncio.gather(
        choices(visit.services, visit.language), subscriptions(visit.services, recipient.strip() or None)
    )
    return visit.page(
        "list.html",
        found=found,
        recipient=recipient,
        named=_named(visit, known),
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
    if visit.form.get("act") == "try":
        return await _tried(visit, None, body)
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
    if visit.form.get("act") == "try":
        kept = await subscription(visit.services, subscription_id)
        return await _tried(visit, kept, body_of(visit.form) | {"recipient": kept.recipient})
    try:
        await visit.services.write(
            "PATCH", "notify", path, body_of(visit.form), ShownSubscription, visit.form_id, version=version
        )
    except RequestRefused as refused:
        kept = await subscription(visit.services, subscription_id)
        return await _form(visit, kept, visit.form, refused.answer.status, _errors(visit, refused))
    return visit.go(PATH)


@group.router.get("/admin/subscriptions/{subscription_id}/backtest")
async def show_backtest(visit: VisitDep, subscription_id: UUID, since: Filter = "") -> HTMLResponse:
    """What one of them would have sent since a day (回测), of the last weeks unless another day is asked for."""
    kept, known = await asyncio.gather(
        subscription(visit.services, subscription_id), choices(visit.services, visit.language)
    )
    day = since.strip() or some_weeks_ago()
    found: BacktestAnswer | None = None
    errors: Sequence[FormError] = ()
    try:
        found = await look_back(visit.services, str(subscription_id), day)
    except RequestRefused as refused:
        errors = look_back_errors(refused.answer, visit.language)
    return visit.page(
        "backtest.html",
        422 if errors else 200,
        kept=kept,
        found=found,
        errors=errors,
        named=_named(visit, known),
        since=SINCE.shown(visit.language),
        values={"since": day},
        readable=_readable(visit),
    )


@group.router.get("/admin/subscriptions/{subscription_id}/end")
async def confirm_end(visit: VisitDep, subscription_id: UUID) -> HTMLResponse:
    """Whether it is really to be ended."""
    return await _ending(visit, subscription_id)


@group.router.post("/admin/subscriptions/{subscription_id}/end")
async def end(visit: VisitDep, subscription_id: UUID) -> Response:
    """End it (取消订阅), in the version that the page showed."""
    version, path = visit.form.get("version", ""), f"{API}/{subscription_id}"
    try:
        await visit.services.write("DELETE", "notify", path, {}, RemovedAnswer, visit.form_id, version=version)
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


async def _tried(visit: Visit, kept: ShownSubscription | None, proposed: Mapping[str, Any]) -> HTMLResponse:
    """The form as it was typed, below what it would have sent."""
    try:
        found = await look_back(visit.services, proposed, typed(visit.form, "since") or some_weeks_ago())
    except RequestRefused as refused:
        errors = look_back_errors(refused.answer, visit.language)
        return await _form(visit, kept, visit.form, refused.answer.status, errors)
    return await _form(visit, kept, visit.form, found=found)


def _named(visit: Visit, known: SubscriptionChoices) -> dict[str, dict[str, str]]:
    """What everything is called that a subscription names."""
    named = {name: dict(getattr(known, name)) for name in ("posts", "programmes", "units", "channels")}
    fixed = {"kinds": KINDS, "severities": SEVERITIES, "days": DAYS}
    return named | {
        name: {code: said.in_(visit.language) for code, said in all_.items()} for name, all_ in fixed.items()
    }


def _readable(visit: Visit) -> bool:
    """Whether the visitor reads alerts; notify shows no sample to others."""
    return visit.visitor.role is not Role.OPERATOR


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
    found: BacktestAnswer | None = None,
) -> HTMLResponse:
    if not _changes(visit):
        raise AccessDenied
    known = await choices(visit.services, visit.language)
    fields = (RECIPIENT, *WHAT, SINCE) if kept is None else (*WHAT, SINCE)
    return visit.page(
        "form.html",
        status,
        kept=kept,
        post=dict(known.posts).get(kept.recipient, kept.recipient) if kept else "",
        fields=shown_fields(fields, visit.language, options_of(known, visit.language)),
        values={"since": some_weeks_ago()} | dict(values),
        errors=errors,
        late=status == 412,
        found=found,
        named=_named(visit, known),
        readable=_readable(visit),
    )
