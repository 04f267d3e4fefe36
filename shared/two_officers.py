"""Changes of rules by two officers (双人复核): what one proposes is kept, the same by another completes it."""

from typing import Protocol

from sqlmodel import Session

from shared.auth import Caller
from shared.problems import Refusal


class OneOfficer(Refusal):
    """您与首办人曾互相经手凭据，须由第三人办理 · One of you two knew a secret of the other: another completes it."""

    status, slug = 409, "one-officer"


class Proposal(Protocol):
    """A row of what an officer proposed: the digest of what is to be in force, and of what was when it was proposed."""

    content: str
    basis: str
    by: str


def confirm_or_keep(session: Session, proposed: Proposal, key: str, caller: Caller) -> str | OneOfficer | None:
    """Who proposed the same before, if it was another officer; None keeps it for one. See `Caller.is_one_with`.

    `key` is the proposal's primary key. Another content, or anything in force that changed meanwhile, is a proposal of
    its own. Locks and writes the row; once it is confirmed it is gone.
    """
    pending = session.get(type(proposed), key, with_for_update=True)
    if pending is None or (pending.content, pending.basis) != (proposed.content, proposed.basis):
        session.merge(proposed)
        session.flush()
        return None
    if pending.by == proposed.by:
        return None
    if caller.is_one_with(pending.by):
        return OneOfficer()
    session.delete(pending)
    session.flush()
    return pending.by
