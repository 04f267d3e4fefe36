from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from services.registry.audit.models import AUDIT, HEAD
from shared.contracts.audit import BEGINNING


def entries(
    session: Session, by: str | None, action: str | None, object_: str | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Entries in their order, after a sequence number."""
    wanted = select(AUDIT).where(AUDIT.c.sequence > after).order_by(AUDIT.c.sequence).limit(limit)
    for column, value in ((AUDIT.c.by, by), (AUDIT.c.action, action), (AUDIT.c.object, object_)):
        if value is not None:
            wanted = wanted.where(column == value)
    return session.execute(wanted).all()


def head(session: Session) -> tuple[int, str]:
    """Where the trail stands: its last entry's number and hash."""
    found = session.execute(select(HEAD.c.sequence, HEAD.c.hash)).one_or_none()
    return (found.sequence, found.hash) if found else (0, BEGINNING)
