"""Deliveries, and what is sent by channels and endpoints, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.notify.alerts.errors import unknown_alert
from services.notify.alerts.queries import by_ids
from services.notify.channels.registry import ChannelCode
from services.notify.connections import queries as connections
from services.notify.connections.errors import unknown_channel
from services.notify.deliveries import commands, queries
from services.notify.deliveries.rules import DeliveryState
from services.notify.deliveries.schemas import (
    ChannelHealth,
    ChannelTest,
    DeliveryRead,
    EndpointDeliveryRead,
    EndpointReplay,
    EndpointReplayed,
    ResendMany,
    ResentMany,
)
from services.notify.paging import identifier, place
from services.notify.recipients import queries as recipients
from services.notify.recipients.commands import HandoverRequest
from services.notify.recipients.schemas import Handover, NewRecipient, RecipientRead
from services.notify.subscriptions import queries as subscriptions
from shared.auth import OF_AN_INSTITUTION, CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.problems import NotFound
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WriteDep, may

router = Router(tags=["deliveries"])
READERS = (*commands.WRITERS, Role.AUDITOR)


def _filter(
    alert_id: UUID | None = None,
    recipient: Word | None = None,
    channel: ChannelCode | None = None,
    state: DeliveryState | None = None,
) -> queries.DeliveryFilter:
    return queries.DeliveryFilter(alert_id, recipient, channel, state)


@router.get("/v1/deliveries", dependencies=[allow(*READERS)])
def deliveries(
    wanted: Annotated[queries.DeliveryFilter, Depends(_filter)], paging: PageDep, database: ReadingDep
) -> Page[DeliveryRead]:
    """Deliveries (投递), newest first, each with every attempt."""
    with database.reading() as session:
        faults = []
        if wanted.alert_id and not by_ids(session, [wanted.alert_id]):
            faults.append(unknown_alert("/alert_id"))
        if wanted.channel and wanted.channel not in (there := connections.known(session)):
            faults.append(unknown_channel("/channel", there))
        recipients.must_be_known(session, *faults, recipient=wanted.recipient)
        found = queries.deliveries(session, wanted, place(paging, identifier), paging.limit)
    return paging.page(found, lambda row: DeliveryRead.of(*row), lambda row: [row[0].id])


@router.get("/v1/deliveries/{delivery_id}", dependencies=[allow(*READERS)])
def delivery(delivery_id: UUID, database: ReadingDep) -> DeliveryRead:
    """One delivery with every attempt."""
    with database.reading() as session:
        found = queries.delivery(session, delivery_id)
    if found is None:
        raise NotFound
    return DeliveryRead.of(*found)


@router.post(
    "/v1/deliveries/{delivery_id}/resend",
    status_code=202,
    response_model=DeliveryRead,
    dependencies=[may(commands.resend)],
)
async def resend(delivery_id: UUID, request: WriteDep) -> Response:
    """Send again (重发), by the same id."""
    return await request.run(commands.resend, delivery_id, lambda row: DeliveryRead.of(*row), status=202)


@router.post(
    "/v1/deliveries/resend", status_code=202, response_model=ResentMany, dependencies=[may(commands.resend_many)]
)
async def resend_many(wanted: ResendMany, request: WriteDep) -> Response:
    """Send many again (批量重发): all of a channel that were given up, or wait for their next try, since an instant."""
    return await request.run(commands.resend_many, wanted, lambda resent: resent, status=202)


@router.get("/v1/channels/{code}/health", dependencies=[allow(*READERS)])
def health(code: Word, database: ReadingDep) -> ChannelHealth:
    """How a channel fares (渠道状况)."""
    with database.reading() as session:
        if code not in connections.known(session):
            raise NotFound
        return ChannelHealth(code=code, **queries.health(session, code))


@router.post(
    "/v1/channels/{code}/test", status_code=202, response_model=DeliveryRead, dependencies=[may(commands.send_test)]
)
async def try_out(code: Word, test: ChannelTest, request: WriteDep) -> Response:
    """Send a trial to a post (渠道测试); what came of it is at the address in `Location`."""
    return await request.run(
        commands.send_test,
        commands.ChannelTestRequest(code, test.recipient),
        lambda row: DeliveryRead.of(*row),
        status=202,
        headers=lambda row: {"Location": f"/v1/deliveries/{row.delivery.id}"},
    )


@router.get(
    "/v1/webhook-endpoints/{endpoint_id}/deliveries",
    dependencies=[allow(*OF_AN_INSTITUTION, *READERS, reach=Reach.OWN)],
)
def endpoint_deliveries(
    endpoint_id: UUID, paging: PageDep, caller: CallerDep, database: ReadingDep, state: DeliveryState | None = None
) -> Page[EndpointDeliveryRead]:
    """What was sent to an endpoint (投递记录), newest first, each with every attempt."""
    with database.reading() as session:
        endpoint = subscriptions.endpoint(session, caller, endpoint_id)
        if endpoint is None:
            raise NotFound
        found = queries.endpoint_deliveries(session, endpoint, state, place(paging, identifier), paging.limit)
    return paging.page(found, lambda row: EndpointDeliveryRead.of(*row), lambda row: [row[0].id])


@router.post(
    "/v1/webhook-endpoints/{endpoint_id}/replay",
    status_code=202,
    response_model=EndpointReplayed,
    dependencies=[may(commands.replay, reach=Reach.OWN)],
)
async def replay(endpoint_id: UUID, of: EndpointReplay, request: WriteDep) -> Response:
    """Send again what happened in a time (按时间补发), by the same ids."""
    wanted = commands.EndpointReplayRequest(endpoint_id, of)
    return await request.run(commands.replay, wanted, lambda again: again, status=202)


@router.post(
    "/v1/webhook-endpoints/{endpoint_id}/test",
    status_code=202,
    response_model=EndpointDeliveryRead,
    dependencies=[may(commands.send_trial, reach=Reach.OWN)],
)
async def try_endpoint(endpoint_id: UUID, request: WriteDep) -> Response:
    """Send a trial (回调测试); what came of it is among the deliveries."""
    return await request.run(commands.send_trial, endpoint_id, lambda row: EndpointDeliveryRead.of(*row), status=202)


@router.post(
    "/v1/recipients",
    status_code=201,
    response_model=RecipientRead,
    tags=["recipients"],
    dependencies=[may(commands.open_post)],
)
async def add(new: NewRecipient, request: WriteDep) -> Response:
    """Add a post, its deputy and its superior (代理人、上级), with the subscription that its duty brings."""
    return await request.run(commands.open_post, new, lambda row: RecipientRead.of(*row), status=201)


@router.patch(
    "/v1/recipients/{code}",
    response_model=RecipientRead,
    tags=["recipients"],
    dependencies=[may(commands.hand_over)],
)
async def hand_over(code: Word, to: Handover, version: ExpectedVersion, request: WriteDep) -> Response:
    """Hand a post over (岗位交接): its inbox, its subscriptions and its open alerts go to who holds it now.

    The post is told where it was reached before as well; a new address has no links that sign for a day.
    """
    return await request.run(commands.hand_over, HandoverRequest(code, version, to), lambda row: RecipientRead.of(*row))
