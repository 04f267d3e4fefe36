"""What the pages of subscriptions ask of the services."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.portal.client.errors import ResourceMissing
from services.portal.client.progress import ProgrammeAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.subscriptions.schemas import (
    BacktestAnswer,
    ChosenChannel,
    ChosenPost,
    ShownSubscription,
)

PATH = "/v1/subscriptions"
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SubscriptionChoices:
    """What a subscription may name, each as a code and what it is called."""

    posts: Choices
    programmes: Choices
    units: Choices
    channels: Choices


async def choices(services: Services, language: str) -> SubscriptionChoices:
    """Posts, programmes, units and channels, as far as they were answered."""
    posts, programmes, units, channels = await asyncio.gather(
        or_none(services.all("notify", "/v1/recipients", ChosenPost, limit=200)),
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer)),
        or_none(services.all("notify", "/v1/channels", ChosenChannel)),
    )
    zh = language == "zh"
    return SubscriptionChoices(
        [(each.code, each.post_zh if zh else each.post_en) for each in posts or ()],
        [(each.code, each.name_zh if zh else each.name_en) for each in programmes or ()],
        [(each.code, each.name_zh if zh else each.name_en) for each in units or ()],
        [(each.code, each.name) for each in channels or ()],
    )


async def subscriptions(services: Services, recipient: str | None = None) -> list[ShownSubscription]:
    """All of them, or those of a post."""
    return await services.all("notify", PATH, ShownSubscription, limit=200, recipient=recipient)


async def subscription(services: Services, subscription_id: UUID) -> ShownSubscription:
    """One of them. Raises ResourceMissing where there is none."""
    found = next((each for each in await subscriptions(services) if each.id == subscription_id), None)
    if found is None:
        raise ResourceMissing
    return found


async def look_back(services: Services, subscription: str | Mapping[str, Any], since: str) -> BacktestAnswer:
    """What a subscription would have sent since a day: one that is kept by its id, or a proposed one as it is."""
    body = {"subscription": subscription, "since": since}
    return await services.write("POST", "notify", f"{PATH}/backtest", body, BacktestAnswer, uuid4(), patient=True)
