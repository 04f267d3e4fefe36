"""Follow-ups over HTTP: the list, one with every entry, and what is done with it."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.notify.alerts.errors import unknown_alert
from services.notify.alerts.queries import by_ids
from services.notify.follow_ups.commands import acting
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.views import FollowUpView, views_of
from services.notify.follow_ups.rendering import follow_up_read
from services.notify.follow_ups.rules.states import FollowUpState
from services.notify.follow_ups.schemas import (
    FollowUpAnswerBody,
    FollowUpAssignment,
    FollowUpClosing,
    FollowUpPause,
    FollowUpRead,
    FollowUpReturn,
)
from services.notify.paging import identifier, place
from services.notify.recipients import queries as recipients
from services.notify.recipients.errors import unknown_recipient
from shared.auth import CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.fields import Word, WrittenFlag
from shared.problems import NotFound
from shared.web import LanguageDep, Page, PageDep, ReadingDep, WriteDep, WriteRequest, may, shown

router = Router(tags=["follow-ups"])
READERS = (Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR)


def _filter(
    state: FollowUpState | None = None,
    owner: Word | None = None,
    programme: Word | None = None,
    unit: Word | None = None,
    alert_id: UUID | None = None,
    overdue: WrittenFlag | None = None,
    closed: WrittenFlag | None = None,
) -> queries.FollowUpFilter:
    return queries.FollowUpFilter(state, owner, programme, unit, alert_id, overdue, closed)


@router.get("/v1/follow-ups", dependencies=[allow(*READERS, reach=Reach.OWN)])
def follow_ups(
    wanted: Annotated[queries.FollowUpFilter, Depends(_filter)],
    paging: PageDep,
    caller: CallerDep,
    database: ReadingDep,
    language: LanguageDep,
) -> Page[FollowUpRead]:
    """Follow-ups (督办单), newest first: a leader's own and those below, all for the bureau and the auditor."""
    with database.reading() as session:
        unknown = wanted.alert_id and not by_ids(session, [wanted.alert_id])
        faults = [unknown_alert("/alert_id")] if unknown else []
        if wanted.owner and wanted.owner not in recipients.by_code(session, {wanted.owner}):
            faults.append(unknown_recipient("/owner"))
        recipients.must_be_known(session, *faults, programme=wanted.programme, unit=wanted.unit)
        found = queries.follow_ups(session, caller, wanted, place(paging, identifier), paging.limit)
        seen = views_of(session, caller, found)
    return paging.page(seen, lambda view: follow_up_read(view, language), lambda view: [view.record.follow_up.id])


@router.get(
    "/v1/follow-ups/{follow_up_id}", response_model=FollowUpRead, dependencies=[allow(*READERS, reach=Reach.OWN)]
)
def follow_up(follow_up_id: UUID, caller: CallerDep, database: ReadingDep, language: LanguageDep) -> Response:
    """One follow-up with its history; one in which a leader has no part is not found."""
    with database.reading() as session:
        found = queries.follow_up(session, caller, follow_up_id)
        if found is None:
            raise NotFound
        (view,) = views_of(session, caller, [found])
    return shown(follow_up_read(view, language))


@router.post(
    "/v1/follow-ups/{follow_up_id}/acknowledge",
    response_model=FollowUpRead,
    dependencies=[may(acting.acknowledge, reach=Reach.OWN)],
)
async def acknowledge(follow_up_id: UUID, request: WriteDep) -> Response:
    """Sign for a follow-up (签收): its owner, or a post to which it was escalated; it then climbs no further."""
    return await request.run(acting.acknowledge, follow_up_id, _answered(request))


@router.post(
    "/v1/follow-ups/{follow_up_id}/answer",
    response_model=FollowUpRead,
    dependencies=[may(acting.answer, reach=Reach.OWN)],
)
async def answer(follow_up_id: UUID, body: FollowUpAnswerBody, request: WriteDep) -> Response:
    """Say what was done (反馈)."""
    return await request.run(acting.answer, acting.NewAnswer(follow_up_id, body.said), _answered(request))


@router.post(
    "/v1/follow-ups/{follow_up_id}/close",
    response_model=FollowUpRead,
    dependencies=[may(acting.close, reach=Reach.OWN)],
)
async def close(follow_up_id: UUID, body: FollowUpClosing, request: WriteDep) -> Response:
    """Close a follow-up that was answered (销号); nobody closes what they answered themselves."""
    return await request.run(acting.close, acting.NewAnswer(follow_up_id, body.said), _answered(request))


@router.post(
    "/v1/follow-ups/{follow_up_id}/return",
    response_model=FollowUpRead,
    dependencies=[may(acting.return_, reach=Reach.OWN)],
)
async def return_(follow_up_id: UUID, body: FollowUpReturn, request: WriteDep) -> Response:
    """Return an answer that does not satisfy (退回); the owner answers again."""
    return await request.run(acting.return_, acting.NewAnswer(follow_up_id, body.said), _answered(request))


@router.post(
    "/v1/follow-ups/{follow_up_id}/assign",
    response_model=FollowUpRead,
    dependencies=[may(acting.assign, reach=Reach.OWN)],
)
async def assign(follow_up_id: UUID, body: FollowUpAssignment, request: WriteDep) -> Response:
    """Give a follow-up to another post (交办), which signs and answers from then on."""
    return await request.run(acting.assign, acting.Assignment(follow_up_id, body.to, body.said), _answered(request))


@router.post("/v1/follow-ups/{follow_up_id}/pause", response_model=FollowUpRead, dependencies=[may(acting.pause)])
async def pause(follow_up_id: UUID, body: FollowUpPause, request: WriteDep) -> Response:
    """Stop the clock until a day (暂停), with a reason; it goes on by itself."""
    return await request.run(acting.pause, acting.NewPause(follow_up_id, body.until, body.said), _answered(request))


@router.post("/v1/follow-ups/{follow_up_id}/resume", response_model=FollowUpRead, dependencies=[may(acting.resume)])
async def resume(follow_up_id: UUID, request: WriteDep) -> Response:
    """Let the clock go on before a pause ends (恢复计时)."""
    return await request.run(acting.resume, follow_up_id, _answered(request))


def _answered(request: WriteRequest) -> Callable[[FollowUpView], FollowUpRead]:
    def read(view: FollowUpView) -> FollowUpRead:
        return follow_up_read(view, request.language)

    return read
