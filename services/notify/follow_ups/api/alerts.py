"""Acts on alerts over HTTP: signing for one, and what is done with the follow-up to which it belongs."""

from uuid import UUID

from fastapi import Response

from services.notify.alerts.rendering import alert_read
from services.notify.alerts.schemas import AlertRead
from services.notify.follow_ups.commands import acting, signing
from services.notify.follow_ups.rendering import follow_up_read
from services.notify.follow_ups.schemas import (
    FollowUpAnswerBody,
    FollowUpAssignment,
    FollowUpClosing,
    FollowUpRead,
)
from shared.auth import Reach
from shared.bodies import Router
from shared.web import WriteDep, may

router = Router(tags=["alerts"])


@router.post(
    "/v1/alerts/{alert_id}/acknowledge",
    response_model=AlertRead,
    dependencies=[may(signing.acknowledge, reach=Reach.OWN)],
)
async def acknowledge(alert_id: UUID, request: WriteDep) -> Response:
    """Sign for an own alert (签收), and for its follow-up where that is the caller's to sign for."""
    return await request.run(signing.acknowledge, alert_id, lambda alert: alert_read(alert, request.language))


@router.post(
    "/v1/alerts/{alert_id}/assign",
    response_model=FollowUpRead,
    dependencies=[may(acting.assign, reach=Reach.OWN)],
)
async def assign(alert_id: UUID, body: FollowUpAssignment, request: WriteDep) -> Response:
    """Give the follow-up of an alert to another post (交办)."""
    item = acting.Assignment(alert_id, body.to, body.said)
    return await request.run(acting.assign, item, lambda view: follow_up_read(view, request.language))


@router.post(
    "/v1/alerts/{alert_id}/answer",
    response_model=FollowUpRead,
    dependencies=[may(acting.answer, reach=Reach.OWN)],
)
async def answer(alert_id: UUID, body: FollowUpAnswerBody, request: WriteDep) -> Response:
    """Answer the follow-up of an alert (反馈)."""
    item = acting.NewAnswer(alert_id, body.said)
    return await request.run(acting.answer, item, lambda view: follow_up_read(view, request.language))


@router.post(
    "/v1/alerts/{alert_id}/close",
    response_model=FollowUpRead,
    dependencies=[may(acting.close, reach=Reach.OWN)],
)
async def close(alert_id: UUID, body: FollowUpClosing, request: WriteDep) -> Response:
    """Close the follow-up of an alert (销号), and the alert with it."""
    item = acting.NewAnswer(alert_id, body.said)
    return await request.run(acting.close, item, lambda view: follow_up_read(view, request.language))
