"""A bus as several processes see it, whatever its adapter, with topics and groups of one test's own."""

from collections.abc import Callable
from uuid import uuid4

from shared.bus import Bus, Outgoing, Record, Subscription
from shared.bus.kafka import KafkaBus
from shared.bus.reaching import parse_servers
from shared.bus.topics import Topic
from shared.config import Settings
from tests.city import eventually


class Line:
    """Opens the same bus again and again; closes everything in the end."""

    def __init__(self, opened: Callable[[], Bus]) -> None:
        self._opened = opened
        self._subscriptions: list[Subscription] = []
        self._buses: list[Bus] = []

    def open(self) -> Bus:
        """Another process opens the bus."""
        self._buses.append(self._opened())
        return self._buses[-1]

    def publish(self, *bodies: str, topic: str, key: str = "k") -> None:
        """Another process publishes."""
        self.open().publish([Outgoing(topic, key, body.encode()) for body in bodies])

    def subscribe(self, group: str, topic: str) -> Subscription:
        """Another process reads."""
        self._subscriptions.append(self.open().subscribe(group, [topic]))
        return self._subscriptions[-1]

    def leave(self, subscription: Subscription) -> None:
        """A process that reads comes to its end."""
        self._subscriptions.remove(subscription)
        subscription.close()

    def close(self) -> None:
        """Every process comes to its end."""
        for subscription in self._subscriptions:
            subscription.close()
        for bus in self._buses:
            bus.close()


def receive(subscription: Subscription, count: int, *, commit: bool = False) -> list[Record]:
    """Poll until so many records are there; more than that are given too."""
    taken: list[Record] = []

    def poll() -> int:
        records = subscription.poll(0.2)
        if commit and records:
            subscription.commit(records)
        taken.extend(records)
        return len(taken)

    eventually(poll, lambda found: found >= count)
    return taken


def texts(records: list[Record]) -> list[str]:
    """The bodies."""
    return [record.body.decode() for record in records]


def own(name: str) -> str:
    """A name that no other test has."""
    return f"{name}.{uuid4().hex[:12]}"


def kafka_line(url: str, *topics: str, instance: str = "", partitions: int = 12, answers_within: float = 60) -> Line:
    """Processes that share a Kafka broker, which may be slow to answer; the topics are kept in one copy."""
    settings = Settings(environment="demo", kafka_instance=instance, kafka_session_seconds=6)
    wanted = [Topic(name, partitions, retention_days=30, replication=1, min_insync=1) for name in topics]
    return Line(lambda: KafkaBus(parse_servers(url.removeprefix("kafka:")), wanted, settings, answers_within))
