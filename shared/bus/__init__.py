"""The bus (总线): an append-only log by topic, read by consumer groups. Two adapters, one contract."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

LARGEST_BODY = 900_000  # bytes; what Apache Kafka takes when nobody told it otherwise, with room for key and headers


class Away(Exception):
    """The bus cannot do it now; trying again may help. The text names what is wrong, and no content."""


class Broken(Exception):
    """The client cannot go on in this process, which must end and start anew. The text holds no content."""


class EventTooLarge(ValueError):
    """A record above LARGEST_BODY; it is refused before anything of its window is stored."""


class Outgoing(NamedTuple):
    """What is published: the same key keeps its order."""

    topic: str
    key: str
    body: bytes


class Record(NamedTuple):
    """What is read: bytes and where they stood."""

    topic: str
    partition: int
    position: int
    key: str | None
    body: bytes


class Subscription(Protocol):
    """One consumer group's reading of some topics. Used by one thread."""

    def poll(self, seconds: float) -> list[Record]:
        """The next records, in order per partition; empty after so many seconds without any."""

    def ends(self) -> dict[tuple[str, int], int]:
        """By topic and partition: the position that the next record there will have, or a lower one that is free."""

    def commit(self, records: Sequence[Record]) -> None:
        """These are done with: the group will not see them again."""

    def rewind(self, records: Sequence[Record]) -> None:
        """These are not: the next poll brings them again."""

    def close(self) -> None:
        """Leave the group."""


class Bus(Protocol):
    """A place where events travel. `publish` returns when all are stored, or raises when any may not be."""

    def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Append in order; an error means unknown, and publishing again is safe for receivers with an inbox."""

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Read the topics as a group, from where it last committed, or else from the beginning."""

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """How many records of these topics the group has not committed (消费积压). Raises Away."""

    def answers(self) -> None:
        """Ask whether it is there. Raises Away if not."""

    def close(self) -> None:
        """Let go of everything held."""


def refuse_oversized(outgoing: Sequence[Outgoing]) -> None:
    """Raises EventTooLarge if any body is."""
    for each in outgoing:
        if len(each.body) > LARGEST_BODY:
            raise EventTooLarge(f"a record for {each.topic} has {len(each.body)} bytes, more than {LARGEST_BODY}")
