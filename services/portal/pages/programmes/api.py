"""The page of one programme over HTTP."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import FileSystemLoader

from services.portal.pages.programmes import queries
from services.portal.pages.programmes.rendering.page import shown
from services.portal.pages.programmes.rendering.words import WORDS
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.days import day_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Role
from shared.fields import Code
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"

group = PageGroup(
    name="programmes",
    title=Said("计划", "Programmes"),
    path="/programmes",
    place=20,
    roles=(PUBLIC, Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.DISTRICT_OFFICER, *OF_AN_INSTITUTION),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=FIGURES_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    listed=False,
)


@group.router.get("/programmes", response_class=RedirectResponse)
async def all_programmes(visit: VisitDep) -> RedirectResponse:
    """Every programme stands on the first page."""
    return visit.go("/")


@group.router.get("/programmes/{code}")
async def programme(
    visit: VisitDep,
    code: Code,
    as_of: Annotated[str | None, Query(max_length=20)] = None,
    quota: Annotated[UUID | None, Query(description="which of its quotas; the newest if absent")] = None,
) -> HTMLResponse:
    """One programme (计划): figures against time, units, milestones, the quota behind them."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    page = await queries.programme_page(visit.services, code, chosen, quota)
    status = 503 if page.quotas is None else 422 if mistake else 200
    signed_in = visit.visitor.role != PUBLIC
    return visit.page("page.html", status, **shown(page, visit.language, chosen, today, mistake, signed_in))
