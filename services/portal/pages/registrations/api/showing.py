"""The page of one registration, for whatever leads back to it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.client.details import ProgrammeForm, details_shown
from services.portal.client.names import people_names
from services.portal.client.services import or_none
from services.portal.pages.registrations import queries
from services.portal.pages.registrations.api.opening import WRITERS
from services.portal.pages.registrations.queries import Known
from services.portal.pages.registrations.rendering.actions import may_amend, open_actions
from services.portal.pages.registrations.rendering.following import attribute_name
from services.portal.pages.registrations.rendering.names import names, who
from services.portal.pages.registrations.rendering.purposes import purpose_fields
from services.portal.pages.registrations.schemas import (
    CircumstanceShown,
    InstitutionAnswer,
    OpenAction,
    RegistrationShown,
)
from services.portal.shell.visits import Visit
from shared.auth import Role
from shared.contracts.registration import STANDING

READS_CLEAR = (Role.BUREAU_OFFICER, Role.AUDITOR)


async def detail(visit: Visit, registration_id: UUID, status: int = 200, **more: Any) -> Response:
    """The page of a registration."""
    known, found, history, person, institutions = await asyncio.gather(
        queries.known(visit.services),
        queries.registration(visit.services, registration_id),
        queries.history(visit.services, registration_id),
        people_names(visit.services, visit.visitor.role),
        _institutions(visit),
    )
    programme = known.programme(found.programme)
    filed_by = next((each.name for each in institutions if each.id == found.institution_id), None)
    own = {"done": False, "errors": (), "clear": None}
    shown = {
        "found": found,
        "details": details_shown(found.details, programme, visit.language),
        "circumstances": await _circumstances(visit, found, programme),
        "attribute_name": lambda code: attribute_name(code, visit.language),
        "records": visit.visitor.role in WRITERS and found.state in STANDING and not found.restricted,
        "decides": visit.visitor.role is Role.BUREAU_OFFICER,
        "follows": programme.follows,
        "history": history,
        "filed_by": filed_by,
        "who": lambda login, role: who(person(login), login, role, filed_by),
        "person_name": person,
        "acts": _acts(known, found),
        "amends": may_amend(known.workflow, found),
        "purposes": purpose_fields(visit.language) if visit.visitor.role in READS_CLEAR else [],
        "values": visit.form,
    }
    return visit.page("detail.html", status, **names(known, visit.language), **shown, **own | more)


async def _institutions(visit: Visit) -> list[InstitutionAnswer]:
    """Those that register, for the bureau; whoever is of one knows which it is."""
    officer = visit.visitor.role is Role.BUREAU_OFFICER
    return (await or_none(queries.institutions(visit.services)) if officer else None) or []


async def _circumstances(visit: Visit, found: RegistrationShown, programme: ProgrammeForm) -> list[CircumstanceShown]:
    """What followed its recognition, where its programme follows anything."""
    return await queries.circumstances(visit.services, found.id) if programme.follows and found.counted_on else []


def _acts(known: Known, found: RegistrationShown) -> Sequence[OpenAction]:
    flow = known.programme(found.programme).workflow
    return open_actions(known.workflow, found.state, flow, found.revocation_status)
