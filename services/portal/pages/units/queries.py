"""What the pages of units ask of the services."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.client.errors import ResourceMissing
from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer, UnitAnswer
from services.portal.client.services import Services, or_none


@dataclass(frozen=True)
class UnitsPage:
    """What the services answered; None for what was not answered. `own` are the figures of the unit of the page."""

    units: Sequence[UnitAnswer] | None
    programmes: Sequence[ProgrammeAnswer] | None
    progress: Sequence[ProgressAnswer] | None
    own: Sequence[ProgressAnswer] | None = ()


async def units_page(services: Services, as_of: date | None) -> UnitsPage:
    """Everything there is about all units as of a day."""
    day = as_of.isoformat() if as_of else None
    units, programmes, progress = await asyncio.gather(
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer, on=day)),
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("quota", "/v1/progress", ProgressAnswer, as_of=day)),
    )
    return UnitsPage(units, programmes, progress)


async def unit_page(services: Services, code: str, as_of: date | None) -> UnitsPage:
    """One unit as of a day. Raises ResourceMissing where the registry knows no such unit, on whichever day."""
    day = as_of.isoformat() if as_of else None
    page, every, own = await asyncio.gather(
        units_page(services, as_of),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer)),
        or_none(services.all("quota", "/v1/progress", ProgressAnswer, unit=code, as_of=day)),
    )
    if every is not None and code not in {each.code for each in every}:
        raise ResourceMissing
    return UnitsPage(every, page.programmes, page.progress, own)
