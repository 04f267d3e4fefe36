"""What pages of registrations ask of the registry, on behalf of the visitor."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.client.details import ProgrammeForm
from services.portal.client.errors import ResourceMissing
from services.portal.client.services import Services
from services.portal.pages.registrations.schemas import (
    ActAnswer,
    CircumstanceShown,
    InstitutionAnswer,
    RegistrationShown,
    SearchAnswer,
    UnitChoice,
    WorkflowAnswer,
)
from shared import clock

REGISTRY = "registry"
ONE_PAGE = 50


@dataclass(frozen=True)
class Known:
    """What the words on a page are looked up in: programmes, units and the workflow."""

    programmes: Mapping[str, ProgrammeForm]
    units: Mapping[str, UnitChoice]
    workflow: WorkflowAnswer

    def programme(self, code: str) -> ProgrammeForm:
        """A programme. Raises ResourceMissing where there is none."""
        if code not in self.programmes:
            raise ResourceMissing
        return self.programmes[code]

    @property
    def units_now(self) -> list[UnitChoice]:
        """The units in force, and those that ended this year: what is late is still theirs."""
        this_year = clock.today().year
        return [each for each in self.units.values() if not each.valid_to or each.valid_to.year >= this_year - 1]


async def known(services: Services) -> Known:
    """All of it, asked for at once."""
    programmes, units, workflow = await asyncio.gather(
        services.all(REGISTRY, "/v1/programmes", ProgrammeForm),
        services.all(REGISTRY, "/v1/reporting-units", UnitChoice),
        services.one(REGISTRY, "/v1/workflow", WorkflowAnswer),
    )
    return Known({each.code: each for each in programmes}, {each.code: each for each in units}, workflow)


async def registrations(services: Services, **wanted: Any) -> tuple[list[RegistrationShown], str | None]:
    """The registrations that the visitor may see, the newest first, and the cursor of the next page."""
    return await services.page(REGISTRY, "/v1/registrations", RegistrationShown, limit=ONE_PAGE, **wanted)


async def found_by(services: Services, q: str, form_id: UUID) -> list[RegistrationShown]:
    """The registrations that a number, a code or a reference leads to, the newest first, at most a page."""
    path = "/v1/registrations/search"
    return (await services.write("POST", REGISTRY, path, {"q": q}, SearchAnswer, form_id, limit=ONE_PAGE)).items


async def registration(services: Services, registration_id: UUID) -> RegistrationShown:
    """One registration."""
    return await services.one(REGISTRY, f"/v1/registrations/{registration_id}", RegistrationShown)


async def history(services: Services, registration_id: UUID) -> list[ActAnswer]:
    """Every act on it, in order."""
    return await services.all(REGISTRY, f"/v1/registrations/{registration_id}/history", ActAnswer)


async def circumstances(services: Services, registration_id: UUID) -> list[CircumstanceShown]:
    """What followed its recognition, in order of knowledge, withdrawn or not."""
    return await services.all(REGISTRY, f"/v1/registrations/{registration_id}/facts", CircumstanceShown)


async def institutions(services: Services) -> list[InstitutionAnswer]:
    """Those that the visitor may register for."""
    return await services.all(REGISTRY, "/v1/institutions", InstitutionAnswer)
