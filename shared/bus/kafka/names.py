"""What topics, groups and users are called on servers that several cities share (多个城市共用一套Kafka)."""

from typing import NamedTuple

OURS = "talent."  # what the names of all topics of the contract begin with


class Names(NamedTuple):
    """The names of one city: each begins with its prefix (TALENT_KAFKA_PREFIX), so that no city meets another's."""

    prefix: str

    def topic(self, name: str) -> str:
        """What a topic of the contract is called on the servers; other topics keep their names."""
        return f"{self.prefix}.{name.removeprefix(OURS)}" if name.startswith(OURS) else name

    def of_contract(self, topic: str) -> str:
        """The name in the contract of a topic on the servers."""
        head = f"{self.prefix}."
        return OURS + topic.removeprefix(head) if topic.startswith(head) else topic

    def group(self, group: str) -> str:
        """What a group of readers is called."""
        return f"{self.prefix}.{group}"

    def user(self, service: str) -> str:
        """What a service gives as TALENT_KAFKA_USERNAME."""
        return f"{self.prefix}-{service}"
