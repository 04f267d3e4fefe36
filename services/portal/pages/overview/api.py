"""The first page over HTTP."""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import Query
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.pages.overview import queries
from services.portal.pages.overview.rendering.page import shown
from services.portal.pages.overview.rendering.words import WORDS
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.days import day_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import Role
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"

group = PageGroup(
    name="overview",
    title=Said("总览", "Overview"),
    path="/",
    place=10,
    roles=(PUBLIC, Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=FIGURES_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.head("/", include_in_schema=False)
@group.router.get("/")
async def first_page(
    visit: VisitDep,
    as_of: Annotated[str | None, Query(max_length=20)] = None,
    wall: Annotated[Literal["1"] | None, Query(description="in large type, loaded anew each minute")] = None,
) -> HTMLResponse:
    """Every programme with its figures, the latest milestones and the alerts (首页); `wall` for a screen on a wall."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    answers = await queries.overview_answers(visit.services, chosen)
    status = 503 if answers.are_none else 422 if mistake else 200
    return visit.page(
        "wall.html" if wall else "page.html", status, **shown(answers, visit.language, chosen, today, mistake)
    )
