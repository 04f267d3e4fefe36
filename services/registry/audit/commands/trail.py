from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from services.registry.audit.models import AUDIT, HEAD
from shared import clock
from shared.contracts.audit import BEGINNING, AuditEntry
from shared.db import insert_ignoring, insert_rows
from shared.operations import Execution


def record(session: Session, executions: Sequence[Execution]) -> None:
    """Add what operations did to the trail (留痕), in their transaction: both are kept or neither is.

    Locks the trail's one end until the transaction ends, and so is called last: who holds it keeps the others waiting.
    Writes an entry for each execution, chained by its hash to the one before, and the new end.
    """
    if not executions:
        return
    sequence, hash_ = _end(session)
    at = clock.now()
    entries = []
    for each in executions:
        sequence += 1
        entry = AuditEntry(
            sequence=sequence,
            at=at,
            by=each.caller.sub,
            role=each.caller.role,
            institution_id=each.caller.institution_id,
            action=each.code,
            object=each.object,
            version=each.version,
            outcome=each.result,
            purpose=each.purpose,
            request=each.request,
            hash="",
        )
        hash_ = entry.digest(hash_)
        entries.append(entry.model_dump() | {"hash": hash_})
    insert_rows(session, AUDIT, entries)
    session.execute(update(HEAD).values(sequence=sequence, hash=hash_))


def _end(session: Session) -> tuple[int, str]:
    """The end of the trail, held until the transaction ends."""
    held = select(HEAD.c.sequence, HEAD.c.hash).with_for_update()
    found = session.execute(held).one_or_none()
    if found is None:  # nobody has done anything here yet
        insert_ignoring(session, HEAD, [{"id": 1, "sequence": 0, "hash": BEGINNING}], ["id"])
        found = session.execute(held).one()
    return found.sequence, found.hash
