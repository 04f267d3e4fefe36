"""Channels over HTTP: listed with how they fare, connected, tried, changed, removed."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import AccessDenied, RequestRefused
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.client.schemas import RemovedAnswer
from services.portal.client.services import or_none
from services.portal.pages.channels.rendering import COMMON, FIELDS, KINDS, TLS, WORDS, change_body, new_body
from services.portal.pages.channels.schemas import (
    ShownChannel,
    ShownHealth,
    TrialDelivery,
    TrialPost,
)
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import labels_of, shown_fields, typed
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

PATH, API = "/admin/channels", "/v1/channels"
KindName = Literal["email", "wecom", "dingtalk", "feishu", "sms", "webhook"]

group = PageGroup(
    name="channels",
    title=Said("渠道", "Channels"),
    path=PATH,
    place=89,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/channels")
async def list_channels(visit: VisitDep) -> HTMLResponse:
    """The channels, and how each fares."""
    found = await visit.services.all("notify", API, ShownChannel)
    health = await asyncio.gather(*(_health(visit, each.code) for each in found))
    return visit.page(
        "list.html", found=list(zip(found, health, strict=True)), kinds=_kinds(visit), changes=_changes(visit)
    )


@group.router.get("/admin/channels/new/{kind}")
async def empty_form(visit: VisitDep, kind: KindName) -> HTMLResponse:
    """The form of one kind."""
    return _connecting(visit, kind, {})


@group.router.post("/admin/channels/new/{kind}")
async def connect(visit: VisitDep, kind: KindName) -> Response:
    """Connect a channel (接入渠道); a refused form comes back without its secrets."""
    try:
        body = new_body(visit.form, kind)
        made = await visit.services.write("POST", "notify", API, body, ShownChannel, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of((*COMMON, *FIELDS[kind]), visit.language))
        return _connecting(visit, kind, visit.form, refused.answer.status, errors)
    return visit.go(f"{PATH}/{made.code}")


@group.router.get("/admin/channels/{code}")
async def show_channel(visit: VisitDep, code: Word, trial: UUID | None = None) -> HTMLResponse:
    """One channel, to be tried, changed and removed; with what came of a trial."""
    return await _one(visit, code, trial=trial)


@group.router.post("/admin/channels/{code}")
async def change(visit: VisitDep, code: Word) -> Response:
    """Change it, in the version that the form showed; settings that were left empty stay."""
    kept = await visit.services.one("notify", f"{API}/{code}", ShownChannel)
    version, body = visit.form.get("version", ""), change_body(visit.form, kept.kind)
    try:
        path = f"{API}/{code}"
        await visit.services.write("PATCH", "notify", path, body, ShownChannel, visit.form_id, version=version)
    except RequestRefused as refused:
        errors = errors_of(refused.answer, labels_of((*COMMON, *FIELDS.get(kept.kind, ())), visit.language))
        return await _one(visit, code, refused.answer.status, errors, values=visit.form)
    return visit.go(f"{PATH}/{code}")


@group.router.post("/admin/channels/{code}/test")
async def send_trial(visit: VisitDep, code: Word) -> Response:
    """Send a trial to a post (试发)."""
    body = {"recipient": typed(visit.form, "recipient") or ""}
    try:
        path = f"{API}/{code}/test"
        sent = await visit.services.write("POST", "notify", path, body, TrialDelivery, visit.form_id)
    except RequestRefused as refused:
        labels = {"recipient": WORDS["trial_post"].in_(visit.language)}
        return await _one(visit, code, refused.answer.status, form_errors(refused.answer, labels))
    return visit.go(f"{PATH}/{code}?trial={sent.id}")


@group.router.get("/admin/channels/{code}/remove")
async def confirm_removal(visit: VisitDep, code: Word) -> HTMLResponse:
    """Whether it is really to be removed."""
    return await _removing(visit, code)


@group.router.post("/admin/channels/{code}/remove")
async def remove(visit: VisitDep, code: Word) -> Response:
    """Remove it (移除渠道), in the version that the page showed."""
    version, path = visit.form.get("version", ""), f"{API}/{code}"
    try:
        await visit.services.write("DELETE", "notify", path, {}, RemovedAnswer, visit.form_id, version=version)
    except RequestRefused as refused:
        return await _removing(visit, code, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(PATH)


def _changes(visit: Visit) -> bool:
    return visit.visitor.role is not Role.AUDITOR


def _kinds(visit: Visit) -> dict[str, str]:
    return {code: said.in_(visit.language) for code, said in KINDS.items()}


def _options(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    return {"settings.tls": [(code, said.in_(visit.language)) for code, said in TLS.items()]}


async def _health(visit: Visit, code: str) -> ShownHealth | None:
    return await or_none(visit.services.one("notify", f"{API}/{code}/health", ShownHealth))


def _connecting(
    visit: Visit, kind: str, values: Mapping[str, str], status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    if not _changes(visit):
        raise AccessDenied
    fields = shown_fields((*COMMON, *FIELDS[kind]), visit.language, _options(visit))
    shown = {"kind": kind, "kind_name": _kinds(visit)[kind], "fields": fields}
    return visit.page("connect.html", status, values=values, errors=errors, **shown)


async def _removing(visit: Visit, code: str, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    kept = await visit.services.one("notify", f"{API}/{code}", ShownChannel)
    return visit.page("remove.html", status, channel=kept, errors=errors)


async def _one(
    visit: Visit,
    code: str,
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    values: Mapping[str, str] | None = None,
    trial: UUID | None = None,
) -> HTMLResponse:
    ask = visit.services
    channel = await ask.one("notify", f"{API}/{code}", ShownChannel)
    health, posts = await asyncio.gather(
        _health(visit, code), or_none(ask.all("notify", "/v1/recipients", TrialPost, limit=200))
    )
    tried = await or_none(ask.one("notify", f"/v1/deliveries/{trial}", TrialDelivery)) if trial else None
    # a setting that is needed to connect may be left empty here: what is kept stays
    fields = [COMMON[1], *FIELDS.get(channel.kind, ())] if channel.version is not None else []
    return visit.page(
        "channel.html",
        status,
        channel=channel,
        kind_name=_kinds(visit).get(channel.kind, channel.name),
        health=health,
        posts={each.code: each.post_zh if visit.language == "zh" else each.post_en for each in posts or ()},
        tried=tried,
        fields=shown_fields(fields, visit.language, _options(visit)),
        values=values or {"name": channel.name, "enabled": "on" if channel.enabled else ""},
        errors=errors,
        late=status == 412,
        changes=_changes(visit),
    )
