"""What Apache Kafka adds to the bus: partitions, members that come and go, servers that do."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator

import pytest
from cloudevents.core.formats.json import JSONFormat
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from shared.bus import Away, Broken, Outgoing, Record, Subscription
from shared.bus.kafka.reader import KafkaSubscription
from shared.consumer import Consumer
from shared.db import Database
from shared.events import by_type, encode
from shared.outbox import announce
from shared.relay import Relay
from tests.city import eventually
from tests.conftest import NewDatabase
from tests.shared.lines import Line, kafka_line, own, receive, texts
from tests.shared.test_relay_and_consumer import buried, note, noted
from tests.shared.toy import NoteTaken, Table
from tests.signing import SIGNERS, TRUSTED, signed


@pytest.fixture
def topic() -> str:
    """A topic of one test."""
    return own("t")


@pytest.fixture
def group() -> str:
    """Readers of one test: whoever joins or leaves a group has all its members wait."""
    return own("g")


@pytest.fixture
def line(kafka_url: str, topic: str) -> Iterator[Line]:
    """Processes that share it."""
    opened = kafka_line(kafka_url, topic)
    yield opened
    opened.close()


@pytest.fixture
def admin(kafka_url: str) -> Iterator[KafkaAdminClient]:
    """An operator's view of the broker."""
    client = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    yield client
    client.close()


def test_the_same_key_keeps_its_order(line: Line, topic: str, group: str) -> None:
    bus = line.open()
    keys = [f"k{n}" for n in range(7)]
    for start in range(0, 300, 50):
        bus.publish([Outgoing(topic, key, str(n).encode()) for n in range(start, start + 50) for key in keys])
    read = receive(line.subscribe(group, topic), 2100, commit=True)
    assert len({record.partition for record in read}) > 1
    for key in keys:
        assert [int(record.body) for record in read if record.key == key] == list(range(300))


def test_a_member_that_joins_takes_over_what_was_not_committed_and_nothing_else(
    line: Line, topic: str, group: str, admin: KafkaAdminClient
) -> None:
    line.open().publish([Outgoing(topic, str(n), str(n).encode()) for n in range(240)])
    first, second = line.subscribe(group, topic), line.subscribe(group, topic)
    read = receive(first, 240)
    done, in_hand = read[:100], read[100:]
    its_own: set[int] = set()

    def committed() -> dict[int, int]:
        offsets = admin.list_group_offsets([f"talent.{group}"])[f"talent.{group}"]
        return {place.partition: each.offset for place, each in offsets.items() if place.topic == topic}

    def is_committed(records: list[Record]) -> bool:
        """A commit that falls into a rebalance comes to nothing, and is made again."""
        first.poll(0.1)
        its_own.update(held(first))
        first.commit(records)
        return behind(record for record in records if record.partition in held(first)).items() <= committed().items()

    assert eventually(lambda: is_committed(done), bool)

    def have_their_halves() -> bool:
        """Both poll until each has its half."""
        first.poll(0.1)
        second.poll(0.1)
        return len(held(second)) >= 6 and len(held(first)) <= 6

    its_own.clear()
    halves = eventually(lambda: have_their_halves() and is_committed(in_hand), bool)  # only what is still its own
    assert halves, (joining(first), joining(second), committed())
    kept = committed()
    owed = [record for record in in_hand if record.position >= kept[record.partition]]
    assert {record.partition for record in in_hand} - its_own <= {record.partition for record in owed}
    line.leave(first)
    line.leave(second)

    line.publish(*map(str, range(1000, 1100)), topic=topic)  # behind them, so that one too many would show
    taken = receive(line.subscribe(group, topic), len(owed) + 100)
    assert sorted(texts(taken)) == sorted([*texts(owed), *map(str, range(1000, 1100))])


def behind(records: Iterable[Record]) -> dict[int, int]:
    """The positions that are committed once these are."""
    return {record.partition: record.position + 1 for record in records}


def joining(subscription: Subscription) -> dict[str, object]:
    """How far a member has come with joining its group, as kafka-python keeps it."""
    assert isinstance(subscription, KafkaSubscription)
    coordinator = subscription._consumer._coordinator
    names = ("state", "rejoin_needed", "rejoining", "_join_task", "_generation")
    return {"held": held(subscription)} | {name: getattr(coordinator, name) for name in names}


def held(subscription: Subscription) -> set[int]:
    """The partitions that a member has now."""
    assert isinstance(subscription, KafkaSubscription)
    return {place.partition for place in subscription._consumer.assignment()} if subscription._consumer else set()


def test_the_first_start_of_a_group_is_committed(line: Line, topic: str, group: str, admin: KafkaAdminClient) -> None:
    line.publish("1", topic=topic)
    receive(line.subscribe(group, topic), 1)
    offsets = admin.list_group_offsets([f"talent.{group}"])[f"talent.{group}"]
    assert {place.partition: committed.offset for place, committed in offsets.items()} == dict.fromkeys(range(12), 0)


def test_partitions_that_are_added_are_shared_out_though_a_poll_ends_meanwhile(
    line: Line, topic: str, group: str, admin: KafkaAdminClient
) -> None:
    line.publish("1", topic=topic)
    reader = line.subscribe(group, topic)
    receive(reader, 1, commit=True)
    admin.create_partitions({topic: 24})
    assert isinstance(reader, KafkaSubscription)
    reader._consumer.topics()  # the member learns of them, which would take it up to five minutes
    reader.poll(0.0)
    time.sleep(0.5)  # what that poll began ends now, with nobody there
    assert eventually(lambda: (reader.poll(0.2), held(reader))[1], lambda parts: len(parts) == 24) == set(range(24))


def test_events_that_the_bus_no_longer_has_stop_the_group(
    line: Line, topic: str, group: str, admin: KafkaAdminClient
) -> None:
    line.publish("1", "2", "3", topic=topic)
    first = line.subscribe(group, topic)
    (one, *_) = receive(first, 3)
    first.commit([one])
    line.leave(first)
    admin.delete_records({TopicPartition(topic, one.partition): 3})
    with pytest.raises(Away, match=rf"talent\.{group} stands where the bus no longer has events.*run verify"):
        receive(line.subscribe(group, topic), 1)


def test_two_processes_under_one_name_do_not_go_on_together(kafka_url: str, topic: str, group: str) -> None:
    line = kafka_line(kafka_url, topic, instance="same")
    line.publish("1", topic=topic)
    first = line.subscribe(group, topic)
    receive(first, 1)
    receive(line.subscribe(group, topic), 1)

    def poll() -> str:
        try:
            first.commit(first.poll(0.2) or [Record(topic, 0, 0, None, b"")])
        except Broken as broken:
            return str(broken)
        return ""

    assert eventually(poll, bool) == "another process runs as same: see TALENT_KAFKA_INSTANCE"
    line.close()


def test_bytes_of_strangers_stop_no_partition(
    line: Line, topic: str, group: str, kafka_url: str, new_database: NewDatabase
) -> None:
    line.open().publish([])  # the topic is made
    stranger = KafkaProducer(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    (good,) = signed(encode(NoteTaken(text="good")))
    for key, value in [(b"\xff", b"\xfe"), (None, b"x" * 70_000), (b"k", None), (b"k", good)]:
        stranger.send(topic, value, key=key, partition=3).get(10)
    stranger.close()
    database = new_database(Table.metadata)
    subscription = line.subscribe(group, topic)
    consumer = Consumer("toy", database, subscription, {NoteTaken: note}, by_type([NoteTaken]), TRUSTED)
    eventually(lambda: (consumer.run_once(0.2), noted(database))[1], bool)
    assert noted(database) == ["good"]
    assert sorted(len(raw) for raw, _ in buried(database)) == [0, 1, 70_000]


def test_the_console_consumer_reads_cloudevents(kafka_url: str, database: Database) -> None:
    line = kafka_line(kafka_url, NoteTaken.topic)
    event_ = NoteTaken(text="南昌")
    with database.writing() as session:
        announce(session, event_)
    assert Relay(database, line.open(), SIGNERS["/toy"]).run_once() == 1
    line.close()
    server = kafka_url.removeprefix("kafka://")
    command = [sys.executable, "-W", "ignore", "-m", "kafka.consumer", "-b", server, "-t", NoteTaken.topic]
    with subprocess.Popen([*command, "-C", "auto_offset_reset=earliest"], stdout=subprocess.PIPE, bufsize=0) as console:
        assert console.stdout
        printed = next(text for text in console.stdout if str(event_.id).encode() in text)
        console.terminate()
    event = JSONFormat().read(None, printed)
    assert (event.get_id(), event.get_source(), event.get_type()) == (str(event_.id), event_.source, event_.type)
    assert event.get_specversion() == "1.0"
    assert event.get_data() == {"text": "南昌"}
    assert event.get_extension("partitionkey") == event_.key
