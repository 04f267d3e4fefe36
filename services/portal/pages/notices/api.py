"""Public notices over HTTP: what ends when, one notice with its entries, and the list as it was published."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import ResourceMissing
from services.portal.client.names import names_of
from services.portal.pages.notices import queries
from services.portal.pages.notices.rendering import WORDS
from services.portal.pages.notices.schemas import DraftShown, EntryShown
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import VisitDep
from shared.auth import Role
from shared.fields import Day, Word, WrittenFlag
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
PARTS = ("today", "running", "over")
MOST_SHOWN = 200  # entries on one page, each of which may be decided on
ListForm = Literal["html", "txt"]

group = PageGroup(
    name="notices",
    title=Said("公示", "Notices"),
    path="/notices",
    place=34,
    roles=(Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/notices")
async def list_notices(visit: VisitDep) -> HTMLResponse:
    """The notices: those that end today first, then what runs, what is over, and what waits to be published."""
    found = await queries.running(visit.services)
    waiting = await queries.drafts(visit.services)
    parts = {part: [each for each in found if each.part == part] for part in PARTS}
    return visit.page("list.html", parts=parts, drafts=waiting, **await names_of(visit.services, visit.language))


@group.router.get("/notices/{programme}/{first_day}")
async def show_notice(visit: VisitDep, programme: Word, first_day: Day, draft: WrittenFlag = False) -> HTMLResponse:
    """One notice: how long it still runs, who is on it, and what may be done; or the draft of one."""
    if draft:
        return await _draft(visit, programme, first_day)
    found = await queries.running(visit.services)
    notice = next(
        (each for each in found if _is(each.notice.programme, each.notice.first_day, programme, first_day)), None
    )
    on_notice, objected = [
        await queries.entries(visit.services, programme, first_day, state) for state in ("on_notice", "objected")
    ]
    about = {"notice": notice, "on_notice": on_notice, "objected": objected}
    return await _one(visit, programme, first_day, **about)


@group.router.get("/notices/{programme}/{first_day}/list.{form}", response_class=Response)
async def open_list(
    visit: VisitDep, programme: Word, first_day: Day, form: ListForm, draft: WrittenFlag = False
) -> Response:
    """The list for publication (公示名单), byte by byte as the registry made it; its trail says who read it."""
    query = "?draft=true" if draft else ""
    made = await visit.services.file("registry", f"/v1/notices/{programme}/{first_day}.{form}{query}")
    return Response(made.body, headers=made.headers)


async def _draft(visit: VisitDep, programme: str, first_day: date) -> HTMLResponse:
    waiting = await queries.drafts(visit.services)
    drafts = [each for each in waiting if _is(each.programme, each.first_day, programme, first_day)]
    if not drafts:
        raise ResourceMissing
    listed: list[tuple[DraftShown, list[EntryShown]]] = [
        (each, await queries.proposed(visit.services, programme, each.registrations)) for each in drafts
    ]
    return await _one(visit, programme, first_day, drafts=listed)


async def _one(visit: VisitDep, programme: str, first_day: date, **about: Any) -> HTMLResponse:
    own: dict[str, Any] = {"notice": None, "drafts": (), "on_notice": (), "objected": (), "most": MOST_SHOWN}
    shown = {"programme": programme, "first_day": first_day, "decides": visit.visitor.role is Role.BUREAU_OFFICER}
    names = await names_of(visit.services, visit.language)
    return visit.page("notice.html", **own | about | shown | names)


def _is(programme: str, first_day: date | None, *wanted: object) -> bool:
    return (programme, first_day) == wanted
