"""Subscriptions over HTTP."""

from uuid import UUID

from fastapi import Response

from services.notify.paging import identifier, place
from services.notify.recipients import queries as recipients
from services.notify.subscriptions import commands, queries
from services.notify.subscriptions.schemas import (
    NewSubscription,
    SubscriptionChange,
    SubscriptionGone,
    SubscriptionRead,
)
from shared.auth import Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WriteDep, may

router = Router(tags=["subscriptions"])


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
