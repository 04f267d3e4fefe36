"""The page of several cities over HTTP."""

from pathlib import Path
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.cities import Cities
from services.portal.pages.cities.queries import answered_by
from services.portal.pages.cities.rendering import WORDS, all_cities
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.days import day_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import Role
from shared.problems import Said

group = PageGroup(
    name="cities",
    title=Said("各市汇总", "Cities"),
    path="/cities",
    place=35,
    roles=(Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=FIGURES_STYLE,
    needs="cities",
)


@group.router.get("/cities")
async def list_cities(visit: VisitDep, as_of: Annotated[str | None, Query(max_length=20)] = None) -> HTMLResponse:
    """Every city that is joined, goal by goal, with the sum (各市汇总)."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    cities: Cities = visit.request.app.state.cities
    answers = await answered_by(cities, visit.language, chosen)
    joined = {code: each.city for code, each in cities.reached.items()}
    values = all_cities(joined, answers, visit.language, chosen, today, mistake)
    return visit.page("list.html", 503 if not values["figures"] else 422 if mistake else 200, **values)
