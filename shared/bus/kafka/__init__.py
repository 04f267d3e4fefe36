"""The bus of many machines: Apache Kafka. The only package that knows its client, kafka-python.

A record counts as stored when its own future says so; until every future of a window has spoken, nothing more is sent.
A position is committed after the database, and only where this process still holds the partition.
"""

from collections.abc import Sequence
from dataclasses import replace

from shared.bus import Outgoing
from shared.bus.kafka.client import access
from shared.bus.kafka.keeper import Keeper
from shared.bus.kafka.names import Names
from shared.bus.kafka.publisher import Publisher
from shared.bus.kafka.reader import KafkaSubscription, Membership
from shared.bus.topics import Topic
from shared.config import Settings


class KafkaBus:
    """Asks nothing of a server until it is used; then sees to its topics first."""

    def __init__(
        self, servers: Sequence[str], topics: Sequence[Topic], settings: Settings, answers_within: float = 3.0
    ) -> None:
        self._access = access(servers, settings)
        self._names = Names(settings.kafka_prefix)
        self._membership = Membership(settings.kafka_instance, settings.kafka_session_seconds)
        on_servers = [replace(topic, name=self._names.topic(topic.name)) for topic in topics]
        self._keeper = Keeper(self._access, on_servers, answers_within)
        self._publisher = Publisher(self._access, self._names, self._keeper)

    def answers(self) -> None:
        """Whether a server answers and every topic is there. Raises Away if not."""
        self._keeper.answers()

    def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Append in order per key. Raises Away while not all is stored for certain; what is not may still arrive."""
        self._publisher.publish(outgoing)

    def subscribe(self, group: str, topics: Sequence[str]) -> KafkaSubscription:
        """Read the topics as a group; it joins at the first poll."""
        return KafkaSubscription(self._access, self._names, self._keeper, self._membership, group, topics)

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """How many records of these topics the group has not committed. Raises Away."""
        return self._keeper.lag(self._names.group(group), [self._names.topic(topic) for topic in topics])

    def close(self) -> None:
        """Leave. Events under way get a few seconds to be acknowledged."""
        self._publisher.close()
        self._keeper.close()
