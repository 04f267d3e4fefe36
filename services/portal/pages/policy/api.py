"""The policy over HTTP: what is in force, a pack held against it, proposed, and confirmed by another officer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.policy.queries import PATH as API
from services.portal.pages.policy.queries import put_pack, try_pack
from services.portal.pages.policy.rendering import WORDS, difference_rows
from services.portal.pages.policy.schemas import PolicyInForce
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.uploads import LARGEST, ArrivingForm
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.bodies import TooLarge
from shared.policy import BrokenPack, parse_pack
from shared.problems import Said

PATH = "/admin/policy"
LARGEST_PACK = 1_000_000  # bytes
MOST_FAULTS = 30

group = PageGroup(
    name="policy",
    title=Said("政策包", "Policy pack"),
    path=PATH,
    place=82,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/policy")
async def show_policy(visit: VisitDep) -> HTMLResponse:
    """What is in force, what awaits a second officer, what was changed before, and a form for a new pack."""
    return await _shown(visit)


@group.router.post("/admin/policy", openapi_extra={LARGEST: LARGEST_PACK + 10_000})
async def see_difference(visit: VisitDep) -> Response:
    """Say what a pack would change in each service; nothing is proposed yet."""
    form = visit.arriving
    try:
        raw = await _content(form)
    except TooLarge:
        return await _shown(visit, 413, [_wrong(visit, "too_large")])
    finally:
        await form.discard()
    if not raw:
        return await _shown(visit, 422, [_wrong(visit, "no_file")])
    try:
        pack = parse_pack(raw).model_dump(mode="json")
        found = await try_pack(visit.services, pack, visit.act_id)
    except BrokenPack as broken:
        said = [(each.line, each.fault.said.in_(visit.language)) for each in broken.lines[:MOST_FAULTS]]
        return await _shown(visit, 422, [_wrong(visit, "broken", line=line, fault=fault) for line, fault in said])
    except RequestRefused as refused:
        return await _shown(visit, refused.answer.status, form_errors(refused.answer, {}))
    return visit.page(
        "preview.html",
        found=found,
        number=found.by_service["registry"].document_no,
        rows=difference_rows(found.by_service["registry"].difference, visit.language),
        pack=json.dumps(pack, ensure_ascii=False, separators=(",", ":")),
    )


@group.router.post("/admin/policy/propose")
async def propose(visit: VisitDep) -> Response:
    """Propose the pack whose difference was seen (政策落地); another officer confirms it."""
    try:
        pack = json.loads(visit.form.get("pack", ""))
    except ValueError:
        return await _shown(visit, 422, [_wrong(visit, "no_file")])
    return await _put(visit, pack)


@group.router.post("/admin/policy/confirm")
async def confirm(visit: VisitDep) -> Response:
    """Confirm what another officer proposed (第二人确认): the pack that was shown, by its digest."""
    known = await visit.services.one("registry", API, PolicyInForce)
    shown = [each for each in known.proposals if each.digest == visit.form.get("digest")]
    if not shown or shown[0].pack is None:
        return await _shown(visit, 409, [_wrong(visit, "void")])
    return await _put(visit, shown[0].pack)


async def _put(visit: Visit, pack: dict[str, Any]) -> Response:
    try:
        await put_pack(visit.services, pack, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(PATH)


async def _content(form: ArrivingForm) -> bytes:
    if form.file_name is None:
        return b""
    return b"".join([piece async for piece in form.content()])


def _wrong(visit: Visit, word: str, **values: object) -> FormError:
    return FormError(WORDS[word].in_(visit.language).format(**values), "file", WORDS["file"].in_(visit.language))


async def _shown(visit: Visit, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    known = await visit.services.one("registry", API, PolicyInForce)
    return visit.page(
        "page.html",
        status,
        known=known,
        rows_of=lambda lines: difference_rows(lines, visit.language),
        login=visit.visitor.login,
        errors=errors,
        decides=visit.visitor.role is Role.BUREAU_OFFICER,
    )
