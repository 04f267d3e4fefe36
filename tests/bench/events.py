"""Events of registrations on Apache Kafka, the same ones each time, and what a bare client of it does with them."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
from kafka import KafkaAdminClient, KafkaConsumer

from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.contracts.registration import RegistrationEvent
from shared.event_keys import event_signer
from shared.events import encode
from shared.relay import WINDOW
from shared.signatures import EventSigner
from shared.vault import generate_keys
from tests.quota.given import event
from tests.servers.kafka import Broker

PROGRAMMES = {
    "youth-intake": {},
    "top-talent": {"talent_class": "A"},
    "skilled-workers": {"skill_level": "3"},
    "highly-skilled-workers": {"skill_level": "1"},
    "public-welfare-posts": {},
}
UNITS = ("donghu", "xihu", "qingyunpu", "qingshanhu", "xinjian", "honggutan", "anyi", "jinxian")
REGISTRATIONS = 12_500
ONE_LEAVES_OF = 5
PUBLISHED_AT_ONCE = 2_000
READ_AT_ONCE = 2_000
RAW = "CREATE TABLE IF NOT EXISTS raw (number bigserial PRIMARY KEY, partition integer, position bigint, body bytea)"


def events() -> Iterator[RegistrationEvent]:
    """What the registry announced, in its order: five programmes; every sixth event says that one has left since."""
    programmes = list(PROGRAMMES.items())
    for n in range(REGISTRATIONS):
        programme, classes = programmes[n % len(programmes)]
        about = {
            "programme": programme,
            "classes": classes,
            "subject_kind": "post" if programme == "public-welfare-posts" else "person",
            "subject_ref": event(name=("subject", n)).subject_ref,
            "reporting_unit": UNITS[n // 7 % len(UNITS)],
            "counted_on": date(2019, 1, 1) + timedelta(n * 7919 % 365),
        }
        yield event("recognised", n, 1, **about)
        if n % ONE_LEAVES_OF == 0:
            yield event("exited", n, 2, **about, ended_on=date(2020, 3, 1))


def signed_together(announced: Iterable[RegistrationEvent], signer: EventSigner) -> list[Outgoing]:
    """As a relay with much to do carries them: a window at a time."""
    together = list(announced)
    windows = [together[start : start + WINDOW] for start in range(0, len(together), WINDOW)]
    bodies = [body for window in windows for body in signer.sign([encode(each) for each in window])]
    return [Outgoing(each.topic, each.key, body) for each, body in zip(together, bodies, strict=True)]


def demo_signer(keys: Path) -> EventSigner:
    """What signs as the registry of a demo does, with fresh keys in a folder."""
    generate_keys(keys, demo=True)
    return event_signer(Settings(keys=keys, environment="demo"), "registry")


class Topic:
    """The registry's topic, on which the same events can be put again and again."""

    def __init__(self, broker: Broker, keys: Path) -> None:
        self.broker = broker
        self._outgoing = signed_together(events(), demo_signer(keys))
        self.server = broker.url.removeprefix("kafka://")

    def __len__(self) -> int:
        return len(self._outgoing)

    def publish(self) -> None:
        """Put them on the bus once more, in bunches."""
        with closing(open_bus(Settings(environment="demo", bus_url=self.broker.url))) as bus:
            for start in range(0, len(self), PUBLISHED_AT_ONCE):
                bus.publish(self._outgoing[start : start + PUBLISHED_AT_ONCE])

    def members(self, group: str) -> int:
        """How many processes share the reading of a group, once they have agreed; 0 until then."""
        with closing(KafkaAdminClient(bootstrap_servers=self.server)) as admin:
            found = admin.describe_groups([group])[group]
        return len(found["members"]) if found["group_state"] == "Stable" else 0

    def read(self, url: str | None) -> float:
        """Records a second of a consumer that only writes down their bytes, into a database; or of one that does not.

        It goes on where the last one ended, and reads as many as are published at a time.
        """
        consumer = KafkaConsumer(
            RegistrationEvent.topic,
            bootstrap_servers=self.server,
            group_id=f"talent.{'bare' if url else 'idle'}",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_poll_records=READ_AT_ONCE,
        )
        with closing(consumer), writing(url) as connection:
            done, first, started = 0, 0, 0.0
            while done < len(self):
                found = [each for records in consumer.poll(timeout_ms=500).values() for each in records]
                if not found:
                    continue
                if connection:
                    rows = [(each.partition, each.offset, each.value) for each in found]
                    with connection.cursor() as cursor:
                        cursor.executemany("INSERT INTO raw (partition, position, body) VALUES (%s, %s, %s)", rows)
                    connection.commit()
                consumer.commit()
                done += len(found)
                if not first:
                    first, started = done, time.perf_counter()
            took = time.perf_counter() - started
        assert done == len(self), done
        return (done - first) / took


@contextmanager
def writing(url: str | None) -> "Iterator[psycopg.Connection[tuple[int]] | None]":
    """A connection to a database with a table of raw records, or none."""
    if url is None:
        yield None
        return
    with psycopg.connect(url) as connection:
        connection.execute(RAW)
        connection.commit()
        yield connection


@contextmanager
def topic(folder: Path) -> Iterator[Topic]:
    """A broker of our own with the events on it once."""
    broker = Broker(folder / "kafka")
    broker.start()
    try:
        yield Topic(broker, folder / "keys")
    finally:
        broker.stop()
