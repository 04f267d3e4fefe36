import math
from dataclasses import dataclass

from sqlmodel import Session, select

from services.registry.institutions.models import Allowance
from shared import clock
from shared.db import insert_ignoring, table_of
from shared.problems import TooManyRequests


@dataclass(frozen=True)
class RateLimit:
    """How often somebody may do something: so many at once, and as many again within so many seconds."""

    name: str
    most: int
    seconds: int


CLEAR_VALUES = RateLimit("unmask", most=30, seconds=3_600)  # of one person, however many clients they have


def spend(session: Session, limit: RateLimit, who: str) -> TooManyRequests | None:
    """Take one from what is left to somebody (频次限制), or say when there is one again.

    Locks and writes their `allowance`, which every process shares; a refusal takes nothing.
    """
    key, now = f"{limit.name} {who}", clock.now()
    insert_ignoring(session, table_of(Allowance), [{"who": key, "left": float(limit.most), "at": now}], ["who"])
    held = select(Allowance).where(Allowance.who == key).with_for_update()
    row = session.exec(held.execution_options(populate_existing=True)).one()
    passed = max(0.0, (now - row.at).total_seconds())
    left = min(float(limit.most), row.left + passed * limit.most / limit.seconds)
    if left < 1:
        wait = math.ceil((1 - left) * limit.seconds / limit.most)
        return TooManyRequests(limit.name, limit.most, limit.seconds, wait)
    row.left, row.at = left - 1, now
    session.flush()
    return None
