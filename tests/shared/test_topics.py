"""The topics that are asked of Kafka are those that the events name."""

from shared.bus.opening import TOPICS
from shared.bus.topics import read_topics
from shared.bus.watch import Watchdog
from shared.config import Settings
from shared.contracts.published import PUBLISHED
from shared.relay import KEPT_INBOX


def test_every_published_event_has_its_topic() -> None:
    topics = read_topics(TOPICS, replication=3, min_insync=2)
    assert {topic.name for topic in topics} == {event.topic for event in PUBLISHED.values()}
    assert {topic.partitions for topic in topics} == {12}


def test_the_bus_forgets_before_the_inbox_does() -> None:
    for topic in read_topics(TOPICS, replication=3, min_insync=2):
        assert topic.retention_days < KEPT_INBOX.days


def test_production_keeps_three_copies_and_a_demo_one() -> None:
    def copies(**chosen: object) -> tuple[int, int]:
        settings = Settings.model_validate(chosen)
        return settings.kafka_copies, settings.kafka_copies_in_sync

    assert copies(environment="production") == (3, 2)
    assert copies(environment="demo") == (1, 1)
    assert copies(environment="production", kafka_replication=5, kafka_min_insync=3) == (5, 3)


def test_a_position_that_stands_still_behind_records_is_told() -> None:
    dog: Watchdog[str] = Watchdog(stalled_after=180)
    assert dog.frozen({"a": 5, "b": 7}, at=0) == []
    assert dog.frozen({"a": 5, "b": 8}, at=179) == []
    assert dog.frozen({"a": 5, "b": 8}, at=180) == ["a"]


def test_a_position_that_moves_or_has_nothing_behind_it_is_not() -> None:
    dog: Watchdog[str] = Watchdog(stalled_after=180)
    dog.frozen({"a": 5, "b": 7}, at=0)
    dog.frozen({"b": 7}, at=100)  # "a" had caught up
    assert dog.frozen({"a": 5, "b": 8}, at=200) == []
    dog.moved()
    assert dog.frozen({"a": 5, "b": 8}, at=500) == []
