"""What the overview asks of the three services."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.portal.client.errors import ServiceError, TokenRefused
from services.portal.client.services import Services
from services.portal.pages.overview.schemas import (
    AlertAnswer,
    DocumentAnswer,
    PolicyAnswer,
    ProgrammeAnswer,
    ProgressAnswer,
    UnitAnswer,
)

MOST_ALERTS = 200

T = TypeVar("T")


@dataclass(frozen=True)
class OverviewAnswers:
    """What the services answered; None for what was not answered."""

    progress: list[ProgressAnswer] | None
    programmes: list[ProgrammeAnswer] | None
    units: list[UnitAnswer] | None
    alerts: list[AlertAnswer] | None
    document: DocumentAnswer | None

    @property
    def are_none(self) -> bool:
        """Whether no service gave anything that the page could show."""
        return self.progress is None and self.programmes is None and self.alerts is None


async def overview_answers(services: Services, as_of: date | None) -> OverviewAnswers:
    """Ask all services at once; what one does not answer does not hinder the others. `as_of` None is today."""
    day = as_of.isoformat() if as_of else None
    progress, programmes, units, alerts, policy = await asyncio.gather(
        _or_none(services.all("quota", "/v1/progress", ProgressAnswer, as_of=day, by="unit")),
        _or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        _or_none(services.all("registry", "/v1/reporting-units", UnitAnswer, on=day)),
        _or_none(services.few("notify", "/v1/alerts", AlertAnswer, MOST_ALERTS)),
        _or_none(services.one("notify", "/v1/policy", PolicyAnswer)),
    )
    return OverviewAnswers(progress, programmes, units, alerts, policy.document if policy else None)


async def _or_none(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except TokenRefused:  # whoever is no longer signed in is not told that a service is away
        raise
    except ServiceError:
        return None
