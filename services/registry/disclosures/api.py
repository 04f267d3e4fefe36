from uuid import UUID

from fastapi import APIRouter, Response

from services.registry.disclosures import commands
from services.registry.disclosures.schemas import DisclosureRead, NewDisclosure
from shared.auth import Role, allow
from shared.web import AskedDep

router = APIRouter(tags=["disclosures"])


@router.post(
    "/v1/registrations/{registration_id}/unmask",
    response_model=DisclosureRead,
    dependencies=[allow(Role.AUDITOR, Role.BUREAU_OFFICER)],
)
async def unmask(registration_id: UUID, wanted: NewDisclosure, asked: AskedDep) -> Response:
    """Show a registration's clear values, for a stated purpose and on record (查看明文)."""
    return await asked.write(
        commands.disclose,
        commands.Disclosing(registration_id, wanted.purpose),
        lambda found: DisclosureRead(registration_id=found.registration.id, subject=found.subject),
    )
