"""What the pages of quotas ask of the services."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.progress import ProgrammeAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.quotas.schemas import AmountThen, AwaitedChange, ListedQuota, SplitAnswer
from services.portal.shell.figures import names_of
from shared.problems import Said


@dataclass(frozen=True)
class Lists:
    """What may be chosen from: programmes and reporting units, as far as the registry answered."""

    programmes: Sequence[ProgrammeAnswer]
    units: Sequence[UnitAnswer]

    @property
    def names(self) -> Mapping[str, Said]:
        """What their codes are called."""
        return names_of(self.programmes, self.units)


@dataclass(frozen=True)
class WholeQuota:
    """A quota with the amounts it had, what awaits a second officer, and its split; None where there is none."""

    quota: ListedQuota
    amounts: Sequence[AmountThen]
    awaited: AwaitedChange | None
    split: SplitAnswer | None


async def lists(services: Services) -> Lists:
    """Programmes and units by their names."""
    programmes, units = await asyncio.gather(
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer)),
    )
    return Lists(programmes or (), units or ())


async def whole_quota(services: Services, quota_id: UUID) -> WholeQuota:
    """One quota in full. Raises ResourceMissing where there is none."""
    path = f"/v1/quotas/{quota_id}"
    quota = await services.one("quota", path, ListedQuota)
    amounts, awaited, split = await asyncio.gather(
        services.all("quota", f"{path}/revisions", AmountThen), _awaited(services, path), _split(services, quota)
    )
    return WholeQuota(quota, amounts, awaited, split)


async def _awaited(services: Services, path: str) -> AwaitedChange | None:
    try:
        return await services.one("quota", f"{path}/revisions/awaited", AwaitedChange)
    except ResourceMissing:
        return None


async def _split(services: Services, quota: ListedQuota) -> SplitAnswer | None:
    if quota.unit is not None or quota.city_pool:
        return None
    try:
        return await services.one("quota", f"/v1/quotas/{quota.id}/allocation", SplitAnswer)
    except RequestRefused:  # what cannot be split
        return None


def seen(split: SplitAnswer) -> str:
    """A mark of a split as a page showed it, by which another one is told (防止互相覆盖)."""
    shares = sorted((each.unit, each.amount) for each in split.shares)
    return sha256(repr((split.amount, shares)).encode()).hexdigest()[:32]
