"""Verification over HTTP: started, its result in words, and differences put right by operators."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.progress import UnitAnswer
from services.portal.client.services import or_none
from services.portal.pages.verification.rendering import WORDS
from services.portal.pages.verification.schemas import CheckedCounts, ShownAdjustment
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import typed
from services.portal.shell.figures import named_by, names_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.problems import Said

LATEST = 20  # adjustments shown

group = PageGroup(
    name="verification",
    title=Said("核对计数", "Verification"),
    path="/admin/verify",
    place=91,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/verify")
async def show_verification(visit: VisitDep) -> HTMLResponse:
    """What a verification does, and what was put right lately."""
    return await _shown(visit)


@group.router.post("/admin/verify")
async def verify(visit: VisitDep) -> Response:
    """Verify the counts (核对); changes nothing."""
    return await _verified(visit, {"source": visit.form.get("source") or "registrations"})


@group.router.post("/admin/verify/repair")
async def repair(visit: VisitDep) -> Response:
    """Have the differences put right (修正), for a reason that stays on record."""
    reason = typed(visit.form, "reason")
    return await _verified(visit, {"repair": True} | ({"reason": reason} if reason else {}))


async def _verified(visit: Visit, body: dict[str, Any]) -> HTMLResponse:
    try:
        result = await visit.services.write(
            "POST", "quota", "/v1/verify", body, CheckedCounts, visit.act_id, patient=True
        )
    except RequestRefused as refused:
        labels = {"reason": WORDS["reason"].in_(visit.language)}
        return await _shown(visit, None, refused.answer.status, form_errors(refused.answer, labels))
    return await _shown(visit, result)


async def _shown(
    visit: Visit, result: CheckedCounts | None = None, status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    past, units = await asyncio.gather(
        or_none(visit.services.few("quota", "/v1/adjustments", ShownAdjustment, LATEST)),
        or_none(visit.services.all("registry", "/v1/reporting-units", UnitAnswer)),
    )
    return visit.page(
        "page.html",
        status,
        result=result,
        past=past or (),
        errors=errors,
        values=visit.form,
        repairs=visit.visitor.role is Role.OPERATOR,
        unit_name=named_by(names_of(units), visit.language),
    )
