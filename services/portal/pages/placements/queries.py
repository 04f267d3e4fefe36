"""What the pages of placements ask of the registry, on behalf of the visitor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.portal.client.services import Services
from services.portal.pages.placements.schemas import BaseShown, PlacementEntryShown, PlacementShown, RetentionList

REGISTRY, PLACEMENTS = "registry", "/v1/placements"
AT_ONCE = 50


async def bases(services: Services) -> Mapping[UUID, BaseShown]:
    """The internship bases that the visitor may see, whatever became of them."""
    found = await services.all(REGISTRY, "/v1/registrations", BaseShown, programme="internship-bases", limit=200)
    return {each.id: each for each in found}


async def placements(services: Services, **wanted: Any) -> tuple[list[PlacementShown], str | None]:
    """Some placements, the newest first, and the cursor of the next page."""
    return await services.page(REGISTRY, PLACEMENTS, PlacementShown, limit=AT_ONCE, **wanted)


async def placement(services: Services, placement_id: UUID) -> PlacementShown:
    """One placement."""
    return await services.one(REGISTRY, f"{PLACEMENTS}/{placement_id}", PlacementShown)


async def history(services: Services, placement_id: UUID) -> list[PlacementEntryShown]:
    """Everything that was done to it."""
    return await services.all(REGISTRY, f"{PLACEMENTS}/{placement_id}/history", PlacementEntryShown)


async def retention(services: Services, year: int, base: UUID | None) -> RetentionList:
    """Retention in a year, of all and by base."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return await services.one(REGISTRY, f"{PLACEMENTS}/retention", RetentionList, **period, base=base)
