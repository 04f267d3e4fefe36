from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from services.registry.accounts.queries import tokens
from services.registry.audit.models import AUDIT, HEAD
from shared.contracts.audit import BEGINNING, Checkpoint
from shared.vault import Vault


def entries(
    session: Session, by: str | None, action: str | None, object_: str | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Entries of the trail (审计记录) in their order, after a sequence number, at most `limit`.

    All of them, or those by one client, of one action, about one object.
    """
    wanted = select(AUDIT).where(AUDIT.c.sequence > after).order_by(AUDIT.c.sequence).limit(limit)
    for column, value in ((AUDIT.c.by, by), (AUDIT.c.action, action), (AUDIT.c.object, object_)):
        if value is not None:
            wanted = wanted.where(column == value)
    return session.execute(wanted).all()


def head(session: Session) -> tuple[int, str]:
    """Where the trail stands: the number and hash of its last entry; 0 and the beginning's hash while it is empty."""
    found = session.execute(select(HEAD.c.sequence, HEAD.c.hash)).one_or_none()
    return (found.sequence, found.hash) if found else (0, BEGINNING)


def signed(vault: Vault, sequence: int, hash_: str, at: datetime) -> Checkpoint:
    """A checkpoint (检查点) of a number and a hash at an instant, signed as a token of its own type by our key."""
    held = {"sequence": sequence, "hash": hash_, "iat": at}
    token = tokens.signed(vault, held, typ="audit-checkpoint+jwt")
    return Checkpoint(sequence=sequence, hash=hash_, at=at, signed=token)
