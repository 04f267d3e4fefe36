"""What the page of cities asks: of each city its figures and the names of its programmes, all of them at once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.portal.client.cities import Cities
from services.portal.client.errors import ServiceError
from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer
from shared.problems import Language


class Answered(NamedTuple):
    """What one city answered; None for what it did not."""

    progress: Sequence[ProgressAnswer] | None
    programmes: Sequence[ProgrammeAnswer] | None


async def answered_by(cities: Cities, language: Language, as_of: date | None) -> Mapping[str, Answered]:
    """The figures of every city as of a day, by its code, in the order of the file."""
    found = await asyncio.gather(*(_answered(cities, code, language, as_of) for code in cities.reached))
    return dict(zip(cities.reached, found, strict=True))


async def _answered(cities: Cities, code: str, language: Language, as_of: date | None) -> Answered:
    services, day = cities.services(code, language), as_of.isoformat() if as_of else None
    progress, programmes = await asyncio.gather(
        services.all("quota", "/v1/progress", ProgressAnswer, as_of=day),
        services.all("registry", "/v1/programmes", ProgrammeAnswer),
        return_exceptions=True,
    )
    for each in (progress, programmes):  # a token that a city no longer takes is that city's silence, not the visitor's
        if isinstance(each, BaseException) and not isinstance(each, ServiceError):
            raise each
    return Answered(
        None if isinstance(progress, BaseException) else progress,
        None if isinstance(programmes, BaseException) else programmes,
    )
