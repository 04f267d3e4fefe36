"""What the pages of records ask of the services."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.client.progress import ProgrammeAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.records.schemas import CountedAnswer, CountingQuotaAnswer, RegistrationAnswer

AT_ONCE = 20  # records of a page, each of which the registry is asked about


@dataclass(frozen=True)
class RecordsPage:
    """What the services answered about the records behind one number; None for what was not answered."""

    quota: CountingQuotaAnswer
    records: Sequence[CountedAnswer]
    following: str | None
    registrations: Mapping[UUID, RegistrationAnswer]
    programmes: Sequence[ProgrammeAnswer] | None
    units: Sequence[UnitAnswer] | None


async def records_page(services: Services, quota_id: UUID, wanted: Mapping[str, Any], masked: bool) -> RecordsPage:
    """Some records behind a quota's number; `masked` whether the registry tells this visitor whose they are."""
    place = f"/v1/quotas/{quota_id}"
    quota, (records, following), programmes, units = await asyncio.gather(
        services.one("quota", place, CountingQuotaAnswer),
        services.page("quota", f"{place}/registrations", CountedAnswer, {**wanted, "limit": AT_ONCE}),
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer)),
    )
    ids = [each.registration_id for each in records] if masked else []
    read = await asyncio.gather(
        *(or_none(services.one("registry", f"/v1/registrations/{each}", RegistrationAnswer)) for each in ids)
    )
    known = {each: found for each, found in zip(ids, read, strict=True) if found}
    return RecordsPage(quota, records, following, known, programmes, units)
