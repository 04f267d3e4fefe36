"""Two bare hops over Apache Kafka, the reference of P4: one record to a process that hands it on, and back.

`python -m tests.bench.hops HOST:PORT` is the process in between. Both sides read partitions that they were given, so
that no group is waited for, and every record goes out at once.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.structs import TopicPartition

THERE, BACK = "bench.there", "bench.back"
WITHIN = 60.0  # seconds


def reader(server: str, topic: str) -> Any:
    """A consumer of a topic's one partition, from its end on."""
    consumer = KafkaConsumer(bootstrap_servers=server, enable_auto_commit=False)
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    consumer.seek_to_end(place)
    consumer.position(place)
    return consumer


def records(consumer: Any) -> Iterator[bytes]:
    """What it is sent, as it comes."""
    while True:
        for found in consumer.poll(timeout_ms=1_000).values():
            yield from (each.value for each in found)


class Hops:
    """The near end: sends a record there, and waits until it is back."""

    def __init__(self, server: str) -> None:
        self._producer = KafkaProducer(bootstrap_servers=server, acks="all")
        self._consumer = reader(server, BACK)
        self._sent = 0

    def seconds(self) -> float:
        """How long one record takes for both hops."""
        self._sent += 1
        body, until = f"{self._sent}".encode(), time.monotonic() + WITHIN
        started = time.perf_counter()
        self._producer.send(THERE, body)
        while time.monotonic() < until:
            found = [each.value for some in self._consumer.poll(timeout_ms=1_000).values() for each in some]
            if body in found:
                return time.perf_counter() - started
        raise RuntimeError("a record did not come back")

    def close(self) -> None:
        """Let both clients go."""
        self._consumer.close()
        self._producer.close()


@contextmanager
def hops(server: str) -> Iterator[Hops]:
    """Both topics, the process in between, and the near end, once a record has made its way."""
    with closing(KafkaAdminClient(bootstrap_servers=server)) as admin:
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1) for topic in (THERE, BACK)])
    between = subprocess.Popen([sys.executable, "-m", __spec__.name, server], stdout=subprocess.PIPE)
    try:
        assert between.stdout
        assert between.stdout.readline() == b"ready\n"
        with closing(Hops(server)) as near:
            near.seconds()
            yield near
    finally:
        between.terminate()
        between.wait()
        if between.stdout:
            between.stdout.close()


def main() -> None:
    """Hand on what comes, until ended."""
    (server,) = sys.argv[1:]
    producer = KafkaProducer(bootstrap_servers=server, acks="all")
    consumer = reader(server, THERE)
    print("ready", flush=True)
    for body in records(consumer):
        producer.send(BACK, body)


if __name__ == "__main__":
    main()
