"""Laying a quota down: the form, what it would change, and then the act."""

from collections.abc import Mapping, Sequence

from fastapi import Response
from fastapi.responses import HTMLResponse

from services.portal.client.errors import AccessDenied, RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.pages.quotas.api.opening import PATH, group
from services.portal.pages.quotas.queries import lists
from services.portal.pages.quotas.rendering.forms import NEW_QUOTA, options_of, quota_body
from services.portal.pages.quotas.rendering.page import decides, written
from services.portal.pages.quotas.schemas import ListedQuota
from services.portal.shell.entries import labels_of, shown_fields
from services.portal.shell.visits import Visit, VisitDep

FIRST = {"kind": "goal", "comparison": "at_least", "measure": "net_cumulative"}


@group.router.get("/admin/quotas/new")
async def empty_form(visit: VisitDep) -> HTMLResponse:
    """The form, filled in again where the session had ended."""
    if not decides(visit):
        raise AccessDenied
    return await _form(visit, {**FIRST, **visit.kept_form()})


@group.router.post("/admin/quotas/new")
async def lay_down(visit: VisitDep) -> Response:
    """Say what a quota would change; lay it down (设定目标) once that was seen."""
    act, body = visit.form.get("act"), quota_body(visit.form)
    if act == "edit":
        return await _form(visit, visit.form)
    tried = {} if act == "do" else {"dry_run": "true"}
    try:
        quota = await visit.services.write(
            "POST", "quota", "/v1/quotas", body, ListedQuota, visit.act_id, patient=True, **tried
        )
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of(NEW_QUOTA, visit.language))
        return await _form(visit, visit.form, refused.answer.status, errors)
    if act == "do":
        return visit.go(f"{PATH}/{quota.id}")
    found = await lists(visit.services)
    options = options_of(found, visit.language)
    rows = [
        (each.label, "", written(dict(each.options).get(visit.form[each.name], visit.form[each.name]), visit.language))
        for each in shown_fields(NEW_QUOTA, visit.language, options)
        if visit.form.get(each.name, "").strip()
    ]
    return visit.page("preview_quota.html", values=visit.form, rows=rows, effects=[e.detail for e in quota.effects])


async def _form(
    visit: Visit, values: Mapping[str, str], status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    options = options_of(await lists(visit.services), visit.language)
    fields = shown_fields(NEW_QUOTA, visit.language, options)
    return visit.page("new.html", status, fields=fields, values=values, errors=errors)
