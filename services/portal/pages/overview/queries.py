"""What the overview asks of the three services."""

import asyncio
from dataclasses import dataclass
from datetime import date

from services.portal.client.alerts import AlertAnswer
from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.overview.schemas import DocumentAnswer, PolicyAnswer

MOST_ALERTS = 200


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
        or_none(services.all("quota", "/v1/progress", ProgressAnswer, as_of=day, by="unit")),
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer, on=day)),
        or_none(services.few("notify", "/v1/alerts", AlertAnswer, MOST_ALERTS)),
        or_none(services.one("notify", "/v1/policy", PolicyAnswer)),
    )
    return OverviewAnswers(progress, programmes, units, alerts, policy.document if policy else None)
