from fastapi import APIRouter

from services.registry.audit import queries
from services.registry.audit.checkpoints import signed
from services.registry.fields import Line
from shared import clock
from shared.auth import Role, allow
from shared.contracts.audit import AuditEntry, Checkpoint
from shared.vault import vault
from shared.web import LongPageDep, Page, ReadingDep

router = APIRouter(tags=["audit"])


@router.get("/v1/audit", dependencies=[allow(Role.AUDITOR)])
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


@router.get("/v1/audit/checkpoint", dependencies=[allow(Role.AUDITOR, Role.OPERATOR)])
def checkpoint(database: ReadingDep) -> Checkpoint:
    """Where the trail stands now, signed (检查点); keep it elsewhere, and a later cut will show."""
    with database.reading() as session:
        sequence, hash_ = queries.head(session)
    return signed(vault(), sequence, hash_, clock.now())
