"""The calendar over HTTP: a year shown, a decree seen before it is asked for, confirmed by another officer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query, Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.pages.calendar.rendering import DECREE, WORDS, as_typed, decree_body, year_rows
from services.portal.pages.calendar.schemas import AwaitedYear, ForeseenYear, ShownYear
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import labels_of, shown_fields
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared import clock
from shared.auth import Role
from shared.fields import WrittenNumber
from shared.problems import Said

PATH, API = "/admin/calendar", "/v1/calendar"
FIRST_YEAR, LAST_YEAR = 2004, 2199
YearNumber = Annotated[WrittenNumber, InPath(ge=FIRST_YEAR, le=LAST_YEAR)]

group = PageGroup(
    name="calendar",
    title=Said("工作日历", "Working days"),
    path=PATH,
    place=83,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/calendar")
async def show_year(
    visit: VisitDep, year: Annotated[WrittenNumber | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None
) -> HTMLResponse:
    """A year, this one unless another was chosen, with a form for its decree."""
    return await _shown(visit, year or clock.today().year)


@group.router.post("/admin/calendar/{year}")
async def decree(visit: VisitDep, year: YearNumber) -> Response:
    """Say what a decree would change (放假安排); ask for it once that was seen, in the version that was read."""
    act, body = visit.form.get("act"), decree_body(visit.form)
    if act == "edit":
        return await _shown(visit, year, values=visit.form)
    try:
        found = await _put(visit, year, body, dry_run=None if act == "do" else "true")
    except RequestRefused as refused:
        errors = errors_of(refused.answer, labels_of(DECREE, visit.language))
        return await _shown(visit, year, refused.answer.status, errors, values=visit.form)
    if act == "do":
        return visit.go(f"{PATH}?year={year}")
    before = await visit.services.one("registry", f"{API}/{year}", ShownYear)
    rows = year_rows(before, found, visit.language)
    same = len(rows) == 1 and rows[0][1] == rows[0][2]
    return visit.page("preview.html", year=year, found=found, rows=rows, same=same, values=visit.form)


@group.router.post("/admin/calendar/{year}/confirm")
async def confirm(visit: VisitDep, year: YearNumber) -> Response:
    """Confirm what another officer proposed (第二人确认), as this page showed it and nothing else."""
    try:
        await _put(visit, year, decree_body(visit.form))
    except RequestRefused as refused:
        return await _shown(visit, year, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(f"{PATH}?year={year}")


async def _put(visit: Visit, year: int, body: dict[str, object], dry_run: str | None = None) -> ForeseenYear:
    version = visit.form.get("version", "")
    return await visit.services.write(
        "PUT",
        "registry",
        f"{API}/{year}",
        body,
        ForeseenYear,
        visit.act_id,
        version=version,
        patient=True,
        dry_run=dry_run,
    )


async def _awaited(visit: Visit, year: int) -> AwaitedYear | None:
    try:
        return await visit.services.one("registry", f"{API}/{year}/awaited", AwaitedYear)
    except ResourceMissing:
        return None


async def _shown(
    visit: Visit,
    year: int,
    status: int = 200,
    errors: Sequence[FormError] = (),
    values: Mapping[str, str] | None = None,
) -> HTMLResponse:
    found = await visit.services.one("registry", f"{API}/{year}", ShownYear)
    awaited = await _awaited(visit, year)
    return visit.page(
        "page.html",
        status,
        found=found,
        awaited=awaited,
        rows=year_rows(found, awaited, visit.language) if awaited else (),
        sent=as_typed(awaited) | {"version": found.version} if awaited else {},
        own=awaited is not None and awaited.by == visit.visitor.login,
        fields=shown_fields(DECREE, visit.language),
        values=values or as_typed(found),
        errors=errors,
        late=status == 412,
        first=FIRST_YEAR,
        last=LAST_YEAR,
        decides=visit.visitor.role is Role.BUREAU_OFFICER,
    )
