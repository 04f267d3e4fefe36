from uuid import UUID

from fastapi import Response

from services.registry.audit import commands, queries
from services.registry.audit.schemas import DisclosureRead, NewDisclosure
from shared import clock
from shared.auth import Role, allow
from shared.bodies import Router
from shared.contracts.audit import AuditEntry, Checkpoint
from shared.fields import Line
from shared.vault import vault
from shared.web import LongPageDep, Page, ReadingDep, WriteDep, may

router = Router()


@router.get("/v1/audit", tags=["audit"], dependencies=[allow(Role.AUDITOR)])
def audit(
    database: ReadingDep,
    paging: LongPageDep,
    by: Line | None = None,
    action: Line | None = None,
    object: Line | None = None,
) -> Page[AuditEntry]:
    """The trail from its beginning, or what one client did, or what was done to one object (审计记录)."""
    with database.reading() as session:
        rows = queries.entries(session, by, action, object, paging.after_number, paging.limit + 1)
    return paging.page(rows, AuditEntry.model_validate, lambda row: [row.sequence])


@router.get("/v1/audit/checkpoint", tags=["audit"], dependencies=[allow(Role.AUDITOR, Role.OPERATOR)])
def checkpoint(database: ReadingDep) -> Checkpoint:
    """Where the trail stands now, signed (检查点); keep it elsewhere, and a later cut will show."""
    with database.reading() as session:
        sequence, hash_ = queries.head(session)
    return queries.signed(vault(), sequence, hash_, clock.now())


@router.post(
    "/v1/registrations/{registration_id}/unmask",
    tags=["disclosures"],
    response_model=DisclosureRead,
    responses={429: {}},
    dependencies=[may(commands.disclose)],
)
async def unmask(registration_id: UUID, wanted: NewDisclosure, request: WriteDep) -> Response:
    """Show a registration's clear values, for a purpose of the list with a sentence, and on record (查看明文).

    Each officer has 30 an hour, then 429; more than 10 in a minute are marked on the trail (`unmask_burst`).
    """
    return await request.run(
        commands.disclose,
        commands.Disclosing(registration_id, wanted.purpose, wanted.explanation),
        lambda found: DisclosureRead(registration_id=found.registration.id, subject=found.subject),
    )
