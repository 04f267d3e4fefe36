"""The pages of reporting units over HTTP."""

from pathlib import Path
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.pages.units import queries
from services.portal.pages.units.rendering import WORDS, all_units, one_unit
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.days import day_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Role
from shared.fields import Code
from shared.problems import Said

group = PageGroup(
    name="units",
    title=Said("各单位", "Units"),
    path="/units",
    place=30,
    roles=(PUBLIC, Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.DISTRICT_OFFICER, *OF_AN_INSTITUTION),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=FIGURES_STYLE,
)

AsOf = Annotated[str | None, Query(max_length=20)]


@group.router.get("/units")
async def list_units(visit: VisitDep, as_of: AsOf = None) -> HTMLResponse:
    """Every reporting unit (填报单位) with its own targets and their lamps."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    page = await queries.units_page(visit.services, chosen)
    status = 503 if page.progress is None else 422 if mistake else 200
    return visit.page("list.html", status, **all_units(page, visit.language, chosen, today, mistake))


@group.router.get("/units/{code}")
async def unit(visit: VisitDep, code: Code, as_of: AsOf = None) -> HTMLResponse:
    """One unit: its own targets with its rank among the others, and what it contributes to the city's."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    page = await queries.unit_page(visit.services, code, chosen)
    status = 503 if page.own is None else 422 if mistake else 200
    return visit.page("unit.html", status, code=code, **one_unit(page, visit.language, chosen, today, mistake))
