"""The search over HTTP."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response
from jinja2 import FileSystemLoader

from services.portal.pages.search import queries, rules
from services.portal.pages.search.rendering import WORDS
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.figures import figure_values, names_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import OF_AN_INSTITUTION, Role
from shared.problems import Said

LONGEST = 100  # characters of what is looked for

group = PageGroup(
    name="search",
    title=Said("查找", "Search"),
    path="/search",
    place=99,
    roles=(Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.DISTRICT_OFFICER, *OF_AN_INSTITUTION),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=FIGURES_STYLE,
    listed=False,
)


@group.router.get("/search")
async def search(
    visit: VisitDep,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
    refused: Annotated[
        bool, Query(description="a person's number was looked for, and is no longer in the address")
    ] = False,
) -> Response:
    """Look for something over everything the visitor may see (查找). A person's number is refused."""
    wanted = q.strip()
    if rules.is_of_a_person(wanted):
        return visit.go("/search?refused=true")
    result = await queries.found(visit.services, wanted) if wanted else None
    return _page(visit, wanted, result, of_a_person=refused)


@group.router.post("/search")
async def look(visit: VisitDep) -> Response:
    """What was typed into the box: what finds something leads to its address, anything else may be somebody's name."""
    wanted = visit.form.get("q", "").strip()[:LONGEST]
    if rules.is_of_a_person(wanted):
        return _page(visit, "", None, of_a_person=True)
    result = await queries.found(visit.services, wanted) if wanted else None
    if result is None or result.is_nothing:
        return _page(visit, wanted, result)
    return visit.go(f"/search?{urlencode({'q': wanted})}")


def _page(visit: Visit, wanted: str, result: queries.Found | None, *, of_a_person: bool = False) -> Response:
    names = names_of(result.names if result else None)
    values = {**figure_values(visit.language, names), "wanted": wanted, "found": result, "of_a_person": of_a_person}
    return visit.page("page.html", 422 if of_a_person else 200, **values)
