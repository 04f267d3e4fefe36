"""Another amount by two officers: asked for after its effect was seen, confirmed by another, or taken back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.quotas.api.opening import PATH, group
from services.portal.pages.quotas.queries import lists, whole_quota
from services.portal.pages.quotas.rendering.forms import REVISION, revision_body
from services.portal.pages.quotas.rendering.page import revision_rows, shown_quota
from services.portal.pages.quotas.schemas import ListedQuota
from services.portal.shell.entries import labels_of, shown_fields
from services.portal.shell.figures import figure_values
from services.portal.shell.visits import Visit, VisitDep


@group.router.get("/admin/quotas/{quota_id}/revise")
async def empty_revision(visit: VisitDep, quota_id: UUID) -> HTMLResponse:
    """The form for another amount."""
    return await _form(visit, quota_id, {})


@group.router.post("/admin/quotas/{quota_id}/revise")
async def ask_for_revision(visit: VisitDep, quota_id: UUID) -> Response:
    """Say what another amount would change (目标调整); ask for it once that was seen."""
    act, body = visit.form.get("act"), revision_body(visit.form)
    if act == "edit":
        return await _form(visit, quota_id, visit.form)
    tried = {} if act == "do" else {"dry_run": "true"}
    try:
        found = await _revise(visit, quota_id, body, **tried)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of(REVISION, visit.language))
        return await _form(visit, quota_id, visit.form, refused.answer.status, errors)
    if act == "do":
        return visit.go(f"{PATH}/{quota_id}")
    whole = await whole_quota(visit.services, quota_id)
    rows = revision_rows(whole.quota, whole.amounts[-1] if whole.amounts else None, body, visit.language)
    return visit.page(
        "preview_revision.html",
        quota=found,
        values=visit.form,
        rows=rows,
        effects=[each.detail for each in found.effects],
        **figure_values(visit.language, (await lists(visit.services)).names),
    )


@group.router.post("/admin/quotas/{quota_id}/confirm")
async def confirm_revision(visit: VisitDep, quota_id: UUID) -> Response:
    """Confirm what another officer asked for (第二人确认), as this page showed it and nothing else."""
    try:
        await _revise(visit, quota_id, revision_body(visit.form))
    except RequestRefused as refused:
        return await shown_quota(visit, quota_id, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(f"{PATH}/{quota_id}")


@group.router.post("/admin/quotas/{quota_id}/withdraw")
async def withdraw_request(visit: VisitDep, quota_id: UUID) -> Response:
    """Take back what was asked for (撤回提请); where it is gone already, nothing is left to do."""
    path = f"/v1/quotas/{quota_id}/revisions/awaited"
    with suppress(ResourceMissing):
        await visit.services.write("DELETE", "quota", path, {}, ListedQuota, visit.act_id)
    return visit.go(f"{PATH}/{quota_id}")


async def _revise(visit: Visit, quota_id: UUID, body: dict[str, Any], **query: str) -> ListedQuota:
    path = f"/v1/quotas/{quota_id}/revisions"
    return await visit.services.write("POST", "quota", path, body, ListedQuota, visit.act_id, patient=True, **query)


async def _form(
    visit: Visit, quota_id: UUID, values: Mapping[str, str], status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    whole = await whole_quota(visit.services, quota_id)
    return visit.page(
        "revise.html",
        status,
        quota=whole.quota,
        fields=shown_fields(REVISION, visit.language),
        values=values,
        errors=errors,
        **figure_values(visit.language, (await lists(visit.services)).names),
    )
