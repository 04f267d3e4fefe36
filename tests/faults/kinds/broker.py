"""Apache Kafka that is gone, slow, or lacks a topic."""

import time
from contextlib import closing

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from tests.faults.kinds.events import TOPICS
from tests.faults.scene import Scene
from tests.faults.town import ManyProcesses, eventually, stopped

READERS = {TOPICS[0]: "talent.quota", TOPICS[1]: "talent.notify"}


def broker_restart(scene: Scene) -> None:
    """The broker ends, in good order or as by a power cut, and is back some seconds later."""
    assert isinstance(scene.town, ManyProcesses)
    broker = scene.town.broker
    scene.lots.choice([broker.stop, broker.kill])()
    assert broker.process.poll() is not None
    time.sleep(scene.lots.uniform(0, 4))
    broker.start()


def broker_slow(scene: Scene) -> None:
    """The broker takes connections and does not answer for some seconds."""
    town = scene.town
    assert isinstance(town, ManyProcesses)
    with stopped(lambda: [town.broker.process.pid]):
        time.sleep(scene.lots.uniform(3, 8))


def topic_missing(scene: Scene) -> None:
    """Somebody deletes a topic of which all is read; events come on meanwhile, and the readers start without it.

    What was on the topic and not yet read would be gone with it; that nothing can promise. So the relays stand still
    until the readers have read everything.
    """
    town, topic = scene.town, TOPICS[0]
    assert isinstance(town, ManyProcesses)
    admin = KafkaAdminClient(bootstrap_servers=town.broker.url.removeprefix("kafka://"))
    with closing(admin):
        with stopped(lambda: [town.pid(name) for name in town.running("registry", "relay")]):
            assert eventually(lambda: unread(town, topic), lambda count: count == 0) == 0
            with town.away(town.running("quota", "consume")):
                admin.delete_topics([topic])
                assert not eventually(lambda: topic in admin.list_topics(), lambda there: not there)
                time.sleep(2)
        assert eventually(lambda: topic in admin.list_topics(), bool)


def unread(town: ManyProcesses, topic: str) -> int:
    """How many events of a topic its readers have not committed yet."""
    server = town.broker.url.removeprefix("kafka://")
    with closing(KafkaAdminClient(bootstrap_servers=server)) as admin:
        committed = admin.list_group_offsets([READERS[topic]])[READERS[topic]]
    with closing(KafkaConsumer(bootstrap_servers=server)) as reader:
        ends = reader.end_offsets([TopicPartition(topic, number) for number in range(12)])
    return sum(end - getattr(committed.get(place), "offset", 0) for place, end in ends.items())
