"""Subscriptions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notify.paging import identifier, place
from services.notify.subscriptions import commands, queries
from services.notify.subscriptions.schemas import Gone, NewSubscription, SubscriptionChange, SubscriptionRead
from shared.auth import Role, allow
from shared.web import AskedDep, ExpectedVersion, Page, PageDep, ReadingDep

router = APIRouter(tags=["subscriptions"])
WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)
READERS = (*WRITERS, Role.AUDITOR)


@router.get("/v1/subscriptions", dependencies=[allow(*READERS)])
def subscriptions(
    paging: PageDep, database: ReadingDep, recipient: Annotated[str | None, Query(max_length=60)] = None
) -> Page[SubscriptionRead]:
    """Who hears of what (订阅)."""
    with database.reading() as session:
        found = queries.subscriptions(session, recipient, place(paging, identifier), paging.limit)
    return paging.page(found, SubscriptionRead.of, lambda subscription: [subscription.id])


@router.post("/v1/subscriptions", status_code=201, response_model=SubscriptionRead, dependencies=[allow(*WRITERS)])
async def subscribe(wanted: NewSubscription, asked: AskedDep) -> Response:
    """Let a post hear of something."""
    return await asked.write(commands.subscribe, wanted, SubscriptionRead.of, status=201)


@router.patch("/v1/subscriptions/{subscription_id}", response_model=SubscriptionRead, dependencies=[allow(*WRITERS)])
async def change(subscription_id: UUID, to: SubscriptionChange, version: ExpectedVersion, asked: AskedDep) -> Response:
    """Change what a post hears of; needs the version that was read (If-Match)."""
    return await asked.write(commands.change, commands.Change(subscription_id, version, to), SubscriptionRead.of)


@router.delete("/v1/subscriptions/{subscription_id}", status_code=204, dependencies=[allow(*WRITERS)])
async def remove(subscription_id: UUID, version: ExpectedVersion, asked: AskedDep) -> Response:
    """End a subscription; needs the version that was read (If-Match)."""
    return await asked.write(commands.remove, commands.Removal(subscription_id, version), lambda _: Gone(), status=204)
