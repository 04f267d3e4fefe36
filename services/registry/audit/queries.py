from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlmodel import Session

from services.registry.accounts.queries import tokens
from services.registry.audit.models import AUDIT, HEAD
from shared import clock
from shared.contracts.audit import BEGINNING, Checkpoint
from shared.vault import Vault


class TrailFilter(NamedTuple):
    """Which entries are wanted: by one client, of one action, about one object, of some days, both included."""

    by: str | None = None
    action: str | None = None
    object: str | None = None
    day_from: date | None = None
    day_to: date | None = None


def entries(
    session: Session, filter_: TrailFilter, after: int, limit: int, *, newest: bool = False
) -> Sequence[Row[Any]]:
    """Entries of the trail (审计记录) in their order, or with `newest` the last one first, at most `limit`.

    `after` is the sequence number that the page before ended with, 0 at the beginning.
    """
    number = AUDIT.c.sequence
    wanted = select(AUDIT).order_by(number.desc() if newest else number).limit(limit)
    if after:
        wanted = wanted.where(number < after if newest else number > after)
    if filter_.day_from:
        wanted = wanted.where(number > _last_before(session, clock.first_instant(filter_.day_from)))
    if filter_.day_to:
        wanted = wanted.where(number <= _last_before(session, clock.first_instant(filter_.day_to + timedelta(1))))
    for column, value in ((AUDIT.c.by, filter_.by), (AUDIT.c.action, filter_.action), (AUDIT.c.object, filter_.object)):
        if value is not None:
            wanted = wanted.where(column == value)
    return session.execute(wanted).all()


def _last_before(session: Session, instant: datetime) -> int:
    """The number of the last entry before an instant, 0 where there is none; found by halves, since `at` has no index.

    The trail has one end, so its numbers are in the order of time, but for what the clocks of two machines differ by.
    """
    low, high = 0, session.execute(select(func.max(AUDIT.c.sequence))).scalar() or 0
    while low < high:
        middle = (low + high + 1) // 2
        at = session.execute(select(AUDIT.c.at).where(AUDIT.c.sequence >= middle).order_by(AUDIT.c.sequence).limit(1))
        if at.scalar_one() < instant:
            low = middle
        else:
            high = middle - 1
    return low


def head(session: Session) -> tuple[int, str]:
    """Where the trail stands: the number and hash of its last entry; 0 and the beginning's hash while it is empty."""
    found = session.execute(select(HEAD.c.sequence, HEAD.c.hash)).one_or_none()
    return (found.sequence, found.hash) if found else (0, BEGINNING)


def signed(vault: Vault, sequence: int, hash_: str, at: datetime) -> Checkpoint:
    """A checkpoint (检查点) of a number and a hash at an instant, signed as a token of its own type by our key."""
    held = {"sequence": sequence, "hash": hash_, "iat": at}
    token = tokens.signed(vault, held, typ="audit-checkpoint+jwt")
    return Checkpoint(sequence=sequence, hash=hash_, at=at, signed=token)
