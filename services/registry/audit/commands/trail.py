from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from services.registry.audit.commands.tracing import Trace, trace
from services.registry.audit.models import AUDIT, HEAD
from shared import clock
from shared.acts import Act
from shared.contracts.audit import BEGINNING, AuditEntry
from shared.db import insert_ignoring, insert_rows
from shared.operations import Execution


def record(session: Session, acts: Sequence[Act | Execution]) -> None:
    """Add acts to the trail (留痕), in their transaction: the act and its entry are kept both or not at all.

    Called last in a transaction: the trail has one end, and who holds it keeps the others waiting.
    """
    sequence, hash_ = _end(session)
    at = clock.now()
    entries = []
    for act in acts:
        sequence += 1
        entry = AuditEntry(
            sequence=sequence,
            at=at,
            by=act.caller.sub,
            role=act.caller.role,
            institution_id=act.caller.institution_id,
            request=act.request,
            hash="",
            **_kept(act)._asdict(),
        )
        hash_ = entry.digest(hash_)
        entries.append(entry.model_dump() | {"hash": hash_})
    insert_rows(session, AUDIT, entries)
    session.execute(update(HEAD).values(sequence=sequence, hash=hash_))


def _kept(act: Act | Execution) -> Trace:
    if isinstance(act, Execution):
        return Trace(act.code, act.object, act.version, act.result, act.purpose)
    return trace(act)


def _end(session: Session) -> tuple[int, str]:
    """The end of the trail, held until the transaction ends."""
    held = select(HEAD.c.sequence, HEAD.c.hash).with_for_update()
    found = session.execute(held).one_or_none()
    if found is None:  # nobody has done anything here yet
        insert_ignoring(session, HEAD, [{"id": 1, "sequence": 0, "hash": BEGINNING}], ["id"])
        found = session.execute(held).one()
    return found.sequence, found.hash
