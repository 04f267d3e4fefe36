"""What the page of cities asks: of each city its figures and the names of its programmes, all of them at once."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from services.portal.client.cities import Cities
from services.portal.client.errors import ServiceError
from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer
from shared.problems import Language

T = TypeVar("T")


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
    return Answered(
        *await asyncio.gather(
            _or_silence(services.all("quota", "/v1/progress", ProgressAnswer, as_of=day)),
            _or_silence(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        )
    )


async def _or_silence(answer: Awaitable[T]) -> T | None:
    """As `or_none`; but a token that a city no longer takes is that city's silence, and ends no visitor's session."""
    try:
        return await answer
    except ServiceError:
        return None
