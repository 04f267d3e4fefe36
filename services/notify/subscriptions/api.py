"""Subscriptions over HTTP, and endpoints of institutions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Response

from services.notify.paging import identifier, place
from services.notify.recipients import queries as recipients
from services.notify.subscriptions import commands, queries
from services.notify.subscriptions.commands import endpoints as endpoint_commands
from services.notify.subscriptions.commands.endpoints import IssuedEndpoint
from services.notify.subscriptions.schemas import (
    EndpointChange,
    EndpointGone,
    EndpointIssued,
    EndpointRead,
    NewEndpoint,
    NewSubscription,
    SubscriptionChange,
    SubscriptionGone,
    SubscriptionRead,
)
from shared.auth import CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.operations import Operation
from shared.problems import NotFound
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WriteDep, WriteRequest, may, shown

router = Router(tags=["subscriptions"])
ENDPOINT_READERS = (*endpoint_commands.WRITERS, Role.BUREAU_OFFICER, Role.AUDITOR, Role.OPERATOR)


@router.get("/v1/subscriptions", dependencies=[allow(*commands.WRITERS, Role.AUDITOR)])
def subscriptions(paging: PageDep, database: ReadingDep, recipient: Word | None = None) -> Page[SubscriptionRead]:
    """Who hears of what (订阅)."""
    with database.reading() as session:
        recipients.must_be_known(session, recipient=recipient)
        found = queries.subscriptions(session, recipient, place(paging, identifier), paging.limit)
    return paging.page(found, SubscriptionRead.of, lambda subscription: [subscription.id])


@router.post(
    "/v1/subscriptions", status_code=201, response_model=SubscriptionRead, dependencies=[may(commands.subscribe)]
)
async def subscribe(new: NewSubscription, request: WriteDep) -> Response:
    """Let a post hear of something."""
    return await request.run(commands.subscribe, new, SubscriptionRead.of, status=201)


@router.patch(
    "/v1/subscriptions/{subscription_id}", response_model=SubscriptionRead, dependencies=[may(commands.change)]
)
async def change(
    subscription_id: UUID, to: SubscriptionChange, version: ExpectedVersion, request: WriteDep
) -> Response:
    """Change what a post hears of; needs the version that was read (If-Match)."""
    changing = commands.ChangeRequest(subscription_id, version, to)
    return await request.run(commands.change, changing, SubscriptionRead.of)


@router.delete("/v1/subscriptions/{subscription_id}", status_code=204, dependencies=[may(commands.remove)])
async def remove(subscription_id: UUID, version: ExpectedVersion, request: WriteDep) -> Response:
    """End a subscription; needs the version that was read (If-Match)."""
    removal = commands.Removal(subscription_id, version)
    return await request.run(commands.remove, removal, lambda _: SubscriptionGone(), status=204)


@router.get("/v1/webhook-endpoints", dependencies=[allow(*ENDPOINT_READERS, reach=Reach.OWN)])
def endpoints(paging: PageDep, caller: CallerDep, database: ReadingDep) -> Page[EndpointRead]:
    """Where systems of institutions hear of their registrations (回调地址); an institution sees its own."""
    with database.reading() as session:
        found = queries.endpoints(session, caller, place(paging, identifier), paging.limit)
    return paging.page(found, lambda each: EndpointRead.of(each, caller), lambda each: [each.id])


@router.get(
    "/v1/webhook-endpoints/{endpoint_id}",
    response_model=EndpointRead,
    dependencies=[allow(*ENDPOINT_READERS, reach=Reach.OWN)],
)
def endpoint(endpoint_id: UUID, caller: CallerDep, database: ReadingDep) -> Response:
    """One endpoint. Another institution's is not found."""
    with database.reading() as session:
        found = queries.endpoint(session, caller, endpoint_id)
    if found is None:
        raise NotFound
    return shown(EndpointRead.of(found, caller))


@router.post(
    "/v1/webhook-endpoints",
    status_code=201,
    response_model=EndpointIssued,
    dependencies=[may(endpoint_commands.add, reach=Reach.OWN)],
)
async def add_endpoint(new: NewEndpoint, request: WriteDep) -> Response:
    """Have events of the own institution's registrations sent to an address; the secret is shown this once."""
    return await _issued(request, endpoint_commands.add, new, 201)


@router.post(
    "/v1/webhook-endpoints/{endpoint_id}/rotate",
    response_model=EndpointIssued,
    dependencies=[may(endpoint_commands.rotate, reach=Reach.OWN)],
)
async def rotate_endpoint_secret(endpoint_id: UUID, request: WriteDep) -> Response:
    """Make another secret (更换密钥), shown this once; for a day the one of before signs beside it."""
    return await _issued(request, endpoint_commands.rotate, endpoint_id, 200)


@router.patch(
    "/v1/webhook-endpoints/{endpoint_id}",
    response_model=EndpointRead,
    dependencies=[may(endpoint_commands.change, reach=Reach.OWN)],
)
async def change_endpoint(
    endpoint_id: UUID, to: EndpointChange, version: ExpectedVersion, request: WriteDep
) -> Response:
    """Change an endpoint, switch it off or on again; needs the version that was read (If-Match)."""
    changing = endpoint_commands.EndpointChangeRequest(endpoint_id, version, to)
    return await request.run(endpoint_commands.change, changing, lambda each: EndpointRead.of(each, request.caller))


@router.delete(
    "/v1/webhook-endpoints/{endpoint_id}",
    status_code=204,
    dependencies=[may(endpoint_commands.remove, reach=Reach.OWN)],
)
async def remove_endpoint(endpoint_id: UUID, version: ExpectedVersion, request: WriteDep) -> Response:
    """Remove an endpoint; needs the version that was read (If-Match)."""
    removal = endpoint_commands.EndpointRemoval(endpoint_id, version)
    return await request.run(endpoint_commands.remove, removal, lambda _: EndpointGone(), status=204)


async def _issued(request: WriteRequest, operation: Operation[Any, IssuedEndpoint], item: Any, status: int) -> Response:
    def answered(secret: bool) -> Callable[[IssuedEndpoint], EndpointIssued]:
        return lambda one: EndpointIssued.with_secret(one.endpoint, request.caller, one.secret if secret else None)

    return await request.run(operation, item, answered(True), status=status, again=answered(False))
