"""How many events a second quota's consumer counts: Apache Kafka on one side, PostgreSQL on the other.

Registrations of five programmes lie on the bus before the process starts; every sixth of them has left since. Beside
it, in the same run, a bare kafka-python consumer takes the same records and does nothing but write their bytes down.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from kafka import KafkaConsumer
from sqlalchemy import make_url

from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from shared.events import encode
from shared.migrations import migrate
from shared.vault import generate_keys
from tests.databases import PostgresDatabases
from tests.quota.given import apply, event
from tests.servers.kafka import Broker

PROGRAMMES = {
    "youth-intake": {},
    "top-talent": {"talent_class": "A"},
    "skilled-workers": {"skill_level": "3"},
    "highly-skilled-workers": {"skill_level": "1"},
    "public-welfare-posts": {},
}
UNITS = ("donghu", "xihu", "qingyunpu", "qingshanhu", "xinjian", "honggutan", "anyi", "jinxian")
REGISTRATIONS = 50_000
ONE_LEAVES_OF = 5
AT_LEAST = 5_000  # events a second
PUBLISHED_AT_ONCE = 2_000
RAW = "CREATE TABLE raw (partition integer, position bigint, body bytea NOT NULL, PRIMARY KEY (partition, position))"


def events() -> Iterator[RegistrationEvent]:
    """What the registry told, in its order."""
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


def publish(broker: Broker) -> int:
    """Put them on the bus, in bunches; how many there are."""
    config = [Outgoing(each.topic, each.key, encode(each)) for each in events()]
    with closing(open_bus(Settings(environment="demo", bus_url=broker.url))) as bus:
        for start in range(0, len(config), PUBLISHED_AT_ONCE):
            bus.publish(config[start : start + PUBLISHED_AT_ONCE])
    return len(config)


@contextmanager
def consuming(folder: Path, database: str, broker: Broker) -> "Iterator[subprocess.Popen[bytes]]":
    """Quota's consumer as the process it is in production."""
    config = {"TALENT_ENVIRONMENT": "demo", "TALENT_DATA_DIR": str(folder)}
    config |= {"TALENT_QUOTA_DATABASE_URL": database, "TALENT_BUS_URL": broker.url}
    generate_keys(folder / "keys.json", demo=True)
    process = subprocess.Popen([sys.executable, "-m", "services.quota", "consume"], env=os.environ | config)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(30) == 0


def rate(process: "subprocess.Popen[bytes]", wanted: int, done: Callable[[], int]) -> float:
    """Events a second, from when the first are done until all are."""
    while not (first := done()):
        assert process.poll() is None
        time.sleep(0.01)
    started = time.perf_counter()
    while done() < wanted:
        assert process.poll() is None
        time.sleep(0.05)
    return (wanted - first) / (time.perf_counter() - started)


def rows_of(connection: "psycopg.Connection[Any]", table: LiteralString) -> int:
    """How many rows there are by now."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(rows)


def bare(broker: Broker, connection: "psycopg.Connection[Any]", wanted: int) -> float:
    """Records a second that a consumer writes down which does nothing else."""
    connection.execute(RAW)
    connection.commit()
    consumer = KafkaConsumer(
        RegistrationEvent.topic,
        bootstrap_servers=broker.url.removeprefix("kafka://"),
        group_id="talent.bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    written, first, started = 0, 0, 0.0
    with closing(consumer), connection.cursor() as cursor:
        while written < wanted:
            found = [each for records in consumer.poll(timeout_ms=500).values() for each in records]
            if not found:
                continue
            rows = [(each.partition, each.offset, each.value) for each in found]
            cursor.executemany("INSERT INTO raw VALUES (%s, %s, %s)", rows)
            connection.commit()
            consumer.commit()
            written += len(found)
            if not first:
                first, started = written, time.perf_counter()
        return (written - first) / (time.perf_counter() - started)


def measure(databases: PostgresDatabases, folder: Path) -> dict[str, float]:
    """Events a second of quota's consumer, and of the bare one."""

    def city(database: Database) -> None:
        migrate("quota", database.engine)
        apply(database)

    url = databases.like("counting", city)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    broker = Broker(folder / "kafka")
    broker.start()
    try:
        wanted = publish(broker)
        with psycopg.connect(plain) as connection:
            reference = bare(broker, connection, wanted)
        with psycopg.connect(plain, autocommit=True) as connection, consuming(folder, url, broker) as process:
            counted = rate(process, wanted, lambda: rows_of(connection, "inbox"))
            assert rows_of(connection, "registration_seen") == REGISTRATIONS
            assert rows_of(connection, "dead_letter") == 0
    finally:
        broker.stop()
    return {
        "consumers_events": wanted,
        "consumers_per_second": round(counted),
        "bare_per_second": round(reference),
        "consumers_at_least": AT_LEAST,
        "load": round(os.getloadavg()[0], 1),
    }
