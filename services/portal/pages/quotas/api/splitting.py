"""The split of the city's amount: seen as a difference first, and only as long as it is the one that was seen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.quotas.api.opening import PATH, group
from services.portal.pages.quotas.queries import Lists, WholeQuota, lists, seen, whole_quota
from services.portal.pages.quotas.rendering.forms import SHARE, SPLIT, shares_as_typed, split_body
from services.portal.pages.quotas.rendering.page import split_rows
from services.portal.pages.quotas.schemas import SplitAnswer
from services.portal.shell.entries import FieldSpec, labels_of, shown_fields
from services.portal.shell.figures import figure_values
from services.portal.shell.visits import Visit, VisitDep
from shared.problems import Said


@group.router.get("/admin/quotas/{quota_id}/split")
async def show_split(visit: VisitDep, quota_id: UUID) -> HTMLResponse:
    """The form, with the split in force."""
    whole = await whole_quota(visit.services, quota_id)
    return await _form(visit, whole, shares_as_typed(whole.split) if whole.split else {})


@group.router.post("/admin/quotas/{quota_id}/split")
async def split(visit: VisitDep, quota_id: UUID) -> Response:
    """Say what a split would change (任务分解); split once that was seen, and nobody else did so meanwhile."""
    act, path = visit.form.get("act"), f"/v1/quotas/{quota_id}/allocation"
    whole = await whole_quota(visit.services, quota_id)
    if whole.split is None:
        raise ResourceMissing
    if act == "edit":
        return await _form(visit, whole, visit.form)
    if visit.form.get("seen") != seen(whole.split):
        return await _form(visit, whole, visit.form, 412, changed=True)
    tried = {} if act == "do" else {"dry_run": "true"}
    try:
        body = split_body(visit.form)
        made = await visit.services.write("POST", "quota", path, body, SplitAnswer, visit.act_id, patient=True, **tried)
    except RequestRefused as refused:
        named = await lists(visit.services)
        errors = form_errors(refused.answer, labels_of(_fields(named), visit.language))
        return await _form(visit, whole, visit.form, refused.answer.status, errors)
    if act == "do":
        return visit.go(f"{PATH}/{quota_id}")
    named = await lists(visit.services)
    return visit.page(
        "preview_split.html",
        quota=whole.quota,
        made=made,
        rows=split_rows(whole.split, made, named.names, visit.language),
        values=visit.form,
        **figure_values(visit.language, named.names),
    )


def _fields(named: Lists) -> list[FieldSpec]:
    units = [
        FieldSpec(f"{SHARE}{each.code}", Said(each.name_zh, each.name_en), kind="number", required=True)
        for each in named.units
    ]
    return [*units, *SPLIT]


async def _form(
    visit: Visit,
    whole: WholeQuota,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    changed: bool = False,
) -> HTMLResponse:
    if whole.split is None:
        raise ResourceMissing
    named = await lists(visit.services)
    return visit.page(
        "split.html",
        status,
        quota=whole.quota,
        split=whole.split,
        fields=shown_fields(_fields(named), visit.language),
        values=dict(values) | {"seen": seen(whole.split)},
        errors=errors,
        changed=changed,
        **figure_values(visit.language, named.names),
    )
