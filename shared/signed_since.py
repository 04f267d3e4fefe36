"""From which positions of the bus on every event must be signed.

A consumer writes it down at its first start with signatures: what then stands on the bus was put there by versions that
did not sign. Where it has taken in nothing before, there were none, and everything must be signed. It never moves on,
and moves back where a bus ends before it, which is another bus.
"""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlmodel import Session

from shared.db import insert_ignoring
from shared.service_tables import inbox, signed_since

Place = tuple[str, int]  # topic and partition


def settle_signed_since(session: Session, ends: Mapping[Place, int]) -> dict[Place, int]:
    """By the ends of the bus now: the first position of each partition that must be signed."""
    known = positions_signed_since(session)
    if not known:
        took_in = session.execute(select(inbox.c.event_id).limit(1)).first() is not None
        rows = [
            {"topic": topic, "partition": partition, "position": end if took_in else 0}
            for (topic, partition), end in ends.items()
        ]
        insert_ignoring(session, signed_since, rows, ["topic", "partition"])
        return positions_signed_since(session)
    for (topic, partition), end in ends.items():
        if known.get((topic, partition), 0) > end:
            place = (signed_since.c.topic == topic) & (signed_since.c.partition == partition)
            session.execute(update(signed_since).where(place).values(position=end))
            known[topic, partition] = end
    return known


def positions_signed_since(session: Session) -> dict[Place, int]:
    """The first position of each partition that must be signed; where there is none, all must."""
    return {(row.topic, row.partition): row.position for row in session.execute(select(signed_since))}
