from typing import Annotated

from fastapi import Path, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from services.registry.programmes.queries import calendar as working_days
from services.registry.programmes.queries import proposal
from services.registry.transitions.commands import calendar
from services.registry.transitions.commands.notices import NoticeList, NoticeRequest, list_notice
from services.registry.transitions.queries import notices as queries
from services.registry.transitions.rendering import Form, as_page, as_text, content_security_policy
from services.registry.transitions.schemas.notices import (
    DraftNoticeRead,
    NewYear,
    NoticeEntryRead,
    NoticeRead,
    RunningNoticeRead,
    YearAwaited,
    YearChanged,
    YearRead,
)
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.fields import Day, Line, WrittenFlag, WrittenNumber
from shared.problems import NotFound
from shared.web import ExpectedVersion, Page, ReadingDep, WholePageDep, WriteDep, may, shown

router = Router(tags=["notices"])

YearNumber = Annotated[WrittenNumber, Path(ge=2004, le=2199)]


@router.get("/v1/calendar/{year}", response_model=YearRead, dependencies=[allow(*Role, reach=Reach.ALL)])
def calendar_year(year: YearNumber, database: ReadingDep) -> Response:
    """A year of the working-day calendar (工作日历): its weekdays off, its weekend days worked, and by what decree."""
    with database.reading() as session:
        return shown(YearRead.of(year, working_days(session)(year)))


@router.get("/v1/calendar/{year}/awaited", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def awaited_year(year: YearNumber, database: ReadingDep) -> YearAwaited:
    """The decree that one officer proposed for a year, before another confirms it; 404 where none waits."""
    with database.reading() as session:
        waiting, found = proposal(session, f"calendar {year}"), working_days(session)(year)
    if waiting is None or waiting.pack is None:
        raise NotFound
    void = waiting.basis != str((found.version if found else 0) + 1)
    return YearAwaited(year=year, by=waiting.by, at=waiting.at, void=void, notices=waiting.difference, **waiting.pack)


@router.put(
    "/v1/calendar/{year}",
    response_model=YearChanged,
    responses={202: {"model": YearChanged, "description": "A second officer has to put the same; nothing changed"}},
    dependencies=[may(calendar.decree)],
)
async def decree(
    year: YearNumber,
    new: NewYear,
    version: ExpectedVersion,
    request: WriteDep,
    dry_run: Annotated[
        WrittenFlag, Query(description="only say which running notices would end on another day")
    ] = False,
) -> Response:
    """Put a year's decree into force (放假安排); notices that run are reckoned anew, and shown in the answer.

    It takes two officers: 202 with what it would change, 200 once another one puts the same.
    """
    return await request.run(
        calendar.decree,
        calendar.NewDecree(year, version, new, dry_run),
        lambda outcome: YearChanged(
            **YearRead.of(year, outcome.year).model_dump(),
            dry_run=outcome.dry_run,
            notices=outcome.changed,
            awaiting="second_officer" if outcome.awaiting else None,
        ),
        status=lambda outcome: 202 if outcome.awaiting else 200,
    )


@router.get("/v1/notices", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def notices(database: ReadingDep, paging: WholePageDep) -> Page[RunningNoticeRead]:
    """The public notices that run or wait for the decision (公示中)."""
    with database.reading() as session:
        return paging.stretch([RunningNoticeRead(**each._asdict()) for each in queries.notices(session)])


@router.get("/v1/notices/drafts", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def drafts(database: ReadingDep, paging: WholePageDep) -> Page[DraftNoticeRead]:
    """What is proposed and not on notice yet (待公示): what one officer has put on a list, and what nobody has."""
    with database.reading() as session:
        return paging.stretch([DraftNoticeRead(**each._asdict()) for each in queries.drafts(session)])


@router.get(
    "/v1/notices/{programme}/{first_day}.{form}",
    response_model=NoticeRead,
    responses={200: {"content": {"text/html": {}, "text/plain": {}}}},
    dependencies=[may(list_notice)],
)
async def notice(
    programme: Line,
    first_day: Day,
    form: Form,
    request: WriteDep,
    draft: Annotated[
        WrittenFlag, Query(description="what one officer has put on the list, for another to release")
    ] = False,
) -> Response:
    """The list for publication (公示名单): names in clear and no identifier, on record as read by the officer."""
    answer = await request.run(list_notice, NoticeRequest(programme, first_day, draft), _read)
    if form == "json":
        return answer
    found = NoticeRead.model_validate_json(bytes(answer.body))
    if form == "html":
        return HTMLResponse(as_page(found), headers={"Content-Security-Policy": content_security_policy()})
    return PlainTextResponse(as_text(found))


def _read(listed: NoticeList) -> NoticeRead:
    return NoticeRead(
        programme=listed.programme.code,
        programme_zh=listed.programme.name_zh,
        programme_en=listed.programme.name_en,
        issuer=listed.issuer,
        first_day=listed.wanted.first_day,
        last_day=listed.last_day,
        working_days=listed.programme.notice_working_days or 0,
        draft=listed.wanted.draft,
        entries=[NoticeEntryRead(**each._asdict()) for each in listed.entries],
    )
