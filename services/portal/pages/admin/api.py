"""The page that leads to everything of administration which the visitor may open."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import VisitDep
from shared.auth import Role
from shared.problems import Said

group = PageGroup(
    name="admin",
    title=Said("管理", "Administration"),
    path="/admin",
    place=85,
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words={
        "note": Said("您可以办理和查看的事项。", "What you may look after, and look at."),
        "title": Said("管理", "Administration"),
    },
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin")
async def show(visit: VisitDep) -> HTMLResponse:
    """What there is, each with a sentence."""
    return visit.page("page.html")
