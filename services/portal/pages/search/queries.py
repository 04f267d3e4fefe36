"""What the search asks of the services."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from services.portal.client.progress import ProgrammeAnswer, ProgressAnswer, UnitAnswer
from services.portal.client.services import Services, or_none
from services.portal.pages.search.rules import as_id, matched
from services.portal.pages.search.schemas import FoundAlert, FoundBulletin, FoundRegistration, FoundRegistrations

MOST = 20  # registrations shown
LATEST_ALERTS = 200  # looked through

T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """What was found of each kind; None for a service that did not answer. The lists of names are whole."""

    programmes: Sequence[ProgrammeAnswer] | None
    units: Sequence[UnitAnswer] | None
    quotas: Sequence[ProgressAnswer] | None
    registrations: Sequence[FoundRegistration] | None
    bulletins: Sequence[FoundBulletin] | None
    alerts: Sequence[FoundAlert] | None
    names: Sequence[ProgrammeAnswer | UnitAnswer] = ()

    @property
    def is_partial(self) -> bool:
        """Whether something could not be looked through."""
        parts = (self.programmes, self.units, self.quotas, self.registrations, self.bulletins, self.alerts)
        return any(part is None for part in parts)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was found."""
        return not any((self.programmes, self.units, self.quotas, self.registrations, self.bulletins, self.alerts))


async def found(services: Services, wanted: str) -> Found:
    """Everything that matches, as far as this visitor may see it; what is not for them is as if it were not there."""
    programmes, units, quotas, registrations, bulletins, alerts = await asyncio.gather(
        or_none(services.all("registry", "/v1/programmes", ProgrammeAnswer)),
        or_none(services.all("registry", "/v1/reporting-units", UnitAnswer)),
        or_none(services.all("quota", "/v1/progress", ProgressAnswer), denied=[]),
        or_none(_registrations(services, wanted), denied=[]),
        or_none(services.all("quota", "/v1/bulletins", FoundBulletin, limit=200), denied=[]),
        or_none(services.few("notify", "/v1/alerts", FoundAlert, LATEST_ALERTS), denied=[]),
    )
    return Found(
        _some(programmes, lambda each: matched(wanted, each.code, each.name_zh, each.name_en)),
        _some(units, lambda each: matched(wanted, each.code, each.name_zh, each.name_en)),
        _some(_newest(quotas), lambda each: matched(wanted, each.code, each.wording)),
        registrations,
        _some(bulletins, lambda each: matched(wanted, each.title, each.number, str(each.id))),
        _some(alerts, lambda each: matched(wanted, each.title, each.body, str(each.id))),
        names=[*(programmes or ()), *(units or ())],
    )


async def _registrations(services: Services, wanted: str) -> Sequence[FoundRegistration]:
    """By its id, or by what the registry looks for: its own reference, the code of an organisation or a post."""
    if known := as_id(wanted):
        one = await or_none(services.one("registry", f"/v1/registrations/{known}", FoundRegistration))
        return [one] if one else []
    path, body = "/v1/registrations/search", {"q": wanted}  # it may be somebody's name, and stands in no address
    return (await services.write("POST", "registry", path, body, FoundRegistrations, uuid4(), limit=MOST)).items


def _some(items: Sequence[T] | None, wanted: Callable[[T], bool]) -> Sequence[T] | None:
    return None if items is None else [each for each in items if wanted(each)]


def _newest(quotas: Sequence[ProgressAnswer] | None) -> Sequence[ProgressAnswer] | None:
    """Of the periods of each of the city's quotas the one that began last; its page leads on to the others."""
    if quotas is None:
        return None
    in_order = sorted((each for each in quotas if each.unit is None), key=lambda each: each.period.start)
    return list({each.code: each for each in in_order}.values())
