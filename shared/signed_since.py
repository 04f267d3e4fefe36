"""From which positions of the bus on every event must be signed.

A consumer that has taken in events before its first start with signatures reads versions beside it that do not sign
yet: services are upgraded one after another. So a topic is open to unsigned events until the first that its service
signed; from there on all must be, and the position is written down. Where a consumer has taken in nothing before,
everything must be signed. A position never moves on, and moves back where a bus ends before it, which is another bus.
"""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlmodel import Session

from shared.db import insert_ignoring
from shared.service_tables import inbox, signed_since

Place = tuple[str, int]  # topic and partition
OPEN = 2**63 - 1  # beyond every position: nothing that was signed has been seen there yet


def settle_signed_since(session: Session, ends: Mapping[Place, int]) -> dict[Place, int]:
    """By the ends of the bus now: the first position of each partition that must be signed."""
    known = positions_signed_since(session)
    if not known:
        took_in = session.execute(select(inbox.c.event_id).limit(1)).first() is not None
        rows = [
            {"topic": topic, "partition": partition, "position": OPEN if took_in else 0} for topic, partition in ends
        ]
        insert_ignoring(session, signed_since, rows, ["topic", "partition"])
        return positions_signed_since(session)
    for (topic, partition), end in ends.items():
        if end < known.get((topic, partition), 0) < OPEN:
            _settle(session, (topic, partition), end)
            known[topic, partition] = end
    return known


def settle_by_signed(session: Session, place: Place, position: int, ends: Mapping[Place, int]) -> dict[Place, int]:
    """The first signed event of a topic stands here: from it on, and from the ends of its other partitions now."""
    for other, end in ends.items():
        if other[0] == place[0]:
            _settle(session, other, position if other == place else end)
    return positions_signed_since(session)


def positions_signed_since(session: Session) -> dict[Place, int]:
    """The first position of each partition that must be signed; where there is none, all must."""
    return {(row.topic, row.partition): row.position for row in session.execute(select(signed_since))}


def _settle(session: Session, place: Place, position: int) -> None:
    topic, partition = place
    there = (signed_since.c.topic == topic) & (signed_since.c.partition == partition)
    session.execute(update(signed_since).where(there).values(position=position))
