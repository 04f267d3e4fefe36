"""The records behind a number over HTTP."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.pages.records import queries
from services.portal.pages.records.rendering import WORDS, shown
from services.portal.shell.assets import FIGURES_STYLE
from services.portal.shell.days import day_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import VisitDep
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Role
from shared.fields import WrittenNumber
from shared.problems import Said

group = PageGroup(
    name="records",
    title=Said("明细", "Records"),
    path="/records",
    place=21,
    roles=(Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR, Role.DISTRICT_OFFICER, *OF_AN_INSTITUTION),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=FIGURES_STYLE,
    listed=False,
)


@group.router.get("/records/{quota_id}")
async def records(
    visit: VisitDep,
    quota_id: UUID,
    as_of: Annotated[str | None, Query(max_length=20)] = None,
    milestone: Annotated[WrittenNumber | None, Query(description="only the record that reached it")] = None,
    cursor: Annotated[str | None, Query(max_length=500, description="where the page before it ended")] = None,
) -> HTMLResponse:
    """The records behind a number (明细), or the one that reached a milestone: who was the 500th."""
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    wanted = {"as_of": chosen.isoformat() if chosen else None, "milestone": milestone, "cursor": cursor}
    masked = visit.visitor.role != Role.LEADER  # to whom the registry shows no single registration
    page = await queries.records_page(visit.services, quota_id, wanted, masked)
    values = shown(page, visit.language, chosen, today, mistake)
    return visit.page("page.html", 422 if mistake else 200, milestone=milestone, first=cursor is None, **values)
