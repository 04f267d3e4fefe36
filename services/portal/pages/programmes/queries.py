"""What the page of a programme asks of the services."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.portal.client.errors import ResourceMissing
from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.programmes.schemas import MonthAnswer, QuotaAnswer, RevisionAnswer


@dataclass(frozen=True)
class ProgrammePage:
    """What the services answered about one programme; None for what was not answered."""

    code: str
    programmes: Sequence[ProgrammeAnswer] | None
    units: Sequence[UnitAnswer] | None
    quotas: Sequence[ProgressAnswer] | None
    now: ProgressAnswer | None = None
    months: Sequence[MonthAnswer] | None = ()
    quota: QuotaAnswer | None = None
    revisions: Sequence[RevisionAnswer] | None = ()

    @property
    def of_city(self) -> Sequence[ProgressAnswer]:
        """The quotas of the whole city, the one whose period began last first."""
        own = [each for each in self.quotas or () if each.unit is None]
        return sorted(own, key=lambda each: (each.period.start, each.code), reverse=True)

    @property
    def of_units(self) -> Sequence[ProgressAnswer]:
        """The quotas of units beside the one that is shown."""
        own = [each for each in self.quotas or () if each.unit is not None]
        return [each for each in own if self.now is None or each.period == self.now.period]


async def programme_page(services: Services, code: str, as_of: date | None, chosen: UUID | None) -> ProgrammePage:
    """One programme as of a day, and of its quotas the chosen one, or the one whose period began last.

    Raises ResourceMissing where the registry knows no such programme, or the programme has no such quota.
    """
    day = as_of.isoformat() if as_of else None
    programmes, units, quotas = await asyncio.gather(
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer, on=day)),
        or_none(services.all("quota", "/v1/progress", ProgressAnswer, programme=code, as_of=day, by="unit")),
    )
    found = ProgrammePage(code, programmes, units, quotas)
    if programmes is not None and code not in {each.code for each in programmes}:
        raise ResourceMissing
    if quotas is None or (not found.of_city and chosen is None):
        return found
    now = next((each for each in found.of_city if chosen in (None, each.quota_id)), None)
    if now is None:
        raise ResourceMissing
    months, quota, revisions = await asyncio.gather(
        or_none(services.all("quota", f"/v1/quotas/{now.quota_id}/series", MonthAnswer, by="month"), denied=[]),
        or_none(services.one("quota", f"/v1/quotas/{now.quota_id}", QuotaAnswer)),
        or_none(services.all("quota", f"/v1/quotas/{now.quota_id}/revisions", RevisionAnswer), denied=[]),
    )
    return ProgrammePage(code, programmes, units, quotas, now, months, quota, revisions)
