from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from services.registry.programmes.models import PendingChange
from shared import clock
from shared.auth import Caller


def confirm_or_keep(
    session: Session,
    subject: str,
    content: str,
    basis: str,
    difference: Sequence[dict[str, Any]],
    caller: Caller,
    pack: dict[str, Any] | None = None,
) -> str | None:
    """Who proposed the same change of rules before, if it was another officer (双人复核); None keeps it for one.

    `content` is the digest of what is to be in force, `basis` that of what is: another content, or anything that
    changed meanwhile, is a proposal of its own. Locks and writes the `pending_change` of the subject.
    """
    pending = session.get(PendingChange, subject, with_for_update=True)
    same = pending is not None and (pending.content, pending.basis) == (content, basis)
    if pending is None or not same:
        kept: dict[str, Any] = {"content": content, "basis": basis, "difference": list(difference), "pack": pack}
        session.merge(PendingChange(subject=subject, by=caller.actor, at=clock.now(), **kept))
        session.flush()
        return None
    if pending.by == caller.actor:
        return None
    session.delete(pending)
    session.flush()
    return pending.by
