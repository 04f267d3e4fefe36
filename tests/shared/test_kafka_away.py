"""Servers that are away, refuse, or promise less: nothing is lost, everything is named, nothing is left behind."""

import gc
import logging
import os
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from kafka import KafkaAdminClient
from pydantic import SecretStr

from shared.bus import Away, Outgoing
from shared.bus.kafka import KafkaBus, keeper, publisher, reader
from shared.bus.topics import Topic
from shared.config import Settings
from shared.consumer import Consumer
from shared.db import Database
from shared.events import by_type
from shared.logs import log_once
from shared.outbox import announce
from shared.problems import Said
from shared.relay import Relay, waiting
from shared.service import Context, Service
from shared.service_tables import SERVICE_TABLES
from shared.vault import Vault
from tests.city import eventually
from tests.servers import kafka
from tests.shared.lines import kafka_line, own, receive, texts
from tests.shared.test_relay_and_consumer import note, noted
from tests.shared.toy import NoteTaken, Table
from tests.signing import SIGNERS, TRUSTED

DEMO = Settings(environment="demo")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The toy's database; of which kind makes no difference here."""
    made = Database(f"sqlite:///{tmp_path / 'toy.db'}")
    for each in (SERVICE_TABLES, Table.metadata):
        each.create_all(made.engine)
    yield made
    made.close()


def topic(name: str, replication: int = 1, min_insync: int = 1) -> Topic:
    return Topic(name, 12, retention_days=30, replication=replication, min_insync=min_insync)


@pytest.fixture(params=["refusing", "mute"])
def dead_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """An address where nobody speaks Kafka: it takes no connections, or takes them and stays silent."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "mute":
            listener.listen(1024)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_hundred_attempts_leave_no_thread_and_no_descriptor(dead_server: str) -> None:
    def held() -> Counter[str]:
        gc.collect()
        return Counter(threads=threading.active_count(), descriptors=len(os.listdir("/proc/self/fd")))

    def opened() -> "closing[KafkaBus]":
        return closing(KafkaBus([dead_server], [topic("t")], DEMO, answers_within=0.02))

    before = held()
    for _ in range(50):
        with opened() as bus, pytest.raises(Away, match=f"cannot be reached: {dead_server}.*see TALENT_BUS_URL"):
            bus.publish([Outgoing("t", "k", b"1")])
        with opened() as bus, pytest.raises(Away, match=f"cannot be reached: {dead_server}.*see TALENT_BUS_URL"):
            bus.subscribe("g", ["t"]).poll(0)
    assert not eventually(lambda: held() - before, lambda more: not more)


def test_a_service_whose_bus_is_away_is_alive_and_not_ready(
    dead_server: str, chosen: Settings, vault: Vault, database: Database
) -> None:
    with closing(KafkaBus([dead_server], [topic("t")], DEMO, answers_within=0.02)) as bus:
        service = Service("toy", Said("试", "toy"), [], Table.metadata, lambda session: ["a pack"])
        with TestClient(service.app(Context(chosen, vault, database, bus))) as client:
            assert client.get("/livez").status_code == 200
            assert client.get("/readyz").status_code == 503


def test_the_same_complaint_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    sentence = own("the bus is away")
    for _ in range(3):
        log_once(logging.getLogger("shared"), sentence)
    assert caplog.messages == [sentence]


def test_a_name_that_nobody_knows_is_named() -> None:
    with (
        closing(KafkaBus(["nobody.invalid:9092"], [], DEMO)) as bus,
        pytest.raises(Away, match=r"nobody\.invalid:9092"),
    ):
        bus.answers()


def test_a_window_under_way_is_waited_for_and_followed_only_then(
    kafka_broker: kafka.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = own("t")
    line = kafka_line(kafka_broker.url, name, answers_within=3)
    bus = line.open()
    first, second, third = ([f"{window}.{n}" for n in range(100)] for window in range(3))

    def publish(window: list[str]) -> None:
        bus.publish([Outgoing(name, "k", text.encode()) for text in window])

    publish(first)
    kafka_broker.kill()
    monkeypatch.setattr(publisher, "STORED_WITHIN", 0.1)
    for window in (second, third):
        with pytest.raises(Away, match="does not acknowledge"):
            publish(window)
    monkeypatch.setattr(publisher, "STORED_WITHIN", 60)
    kafka_broker.start()
    publish(third)
    assert texts(receive(line.subscribe(own("g"), name), 300)) == [*first, *second, *third]
    line.close()


def test_relay_and_consumer_outlive_the_broker(
    kafka_broker: kafka.Broker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "STORED_WITHIN", 3)
    monkeypatch.setattr(reader, "QUIET", 0)
    monkeypatch.setattr(keeper, "FRESH", 0)
    line = kafka_line(kafka_broker.url, NoteTaken.topic, answers_within=3)
    relay = Relay(database, line.open(), SIGNERS["/toy"])
    subscription = line.subscribe(own("toy"), NoteTaken.topic)
    consumer = Consumer("toy", database, subscription, {NoteTaken: note}, by_type([NoteTaken]), TRUSTED)
    message: list[str] = []

    def run_once() -> list[str]:
        for each in (relay.run_once, lambda: consumer.run_once(0.2)):
            try:
                each()
            except Away as away:
                message.append(str(away))
        return noted(database)

    wanted: set[str] = set()
    for fault in (None, kafka_broker.stop, kafka_broker.kill):
        if fault:
            fault()
        fresh = {own("note") for _ in range(50)}
        wanted |= fresh
        with database.writing() as session:
            announce(session, *(NoteTaken(text=text) for text in fresh))
        run_once()
        if kafka_broker.process.poll() is not None:
            kafka_broker.start()
        eventually(run_once, wanted.issubset)
    assert wanted <= set(noted(database))
    assert waiting(database) == []
    assert f"127.0.0.1:{kafka_broker.port} refuses connections" in " ".join(message)
    line.close()


def test_a_topic_that_is_weaker_than_asked_is_named(kafka_url: str, caplog: pytest.LogCaptureFixture) -> None:
    name, server = own("t"), kafka_url.removeprefix("kafka://")
    admin = KafkaAdminClient(bootstrap_servers=server)
    settings = {"retention.ms": "86400000", "cleanup.policy": "compact", "unclean.leader.election.enable": "true"}
    admin.create_topics({name: {"num_partitions": 3, "replication_factor": 1, "configs": settings}})
    admin.close()
    with closing(KafkaBus([server], [topic(name, replication=3, min_insync=2)], DEMO)) as bus:
        bus.answers()
    assert caplog.messages == [
        f"topic {name} is weaker than asked: {weakness}"
        for weakness in (
            "3 partitions instead of 12",
            "replication 1 instead of 3",
            "min.insync.replicas 1 instead of 2",
            "records are kept 1 days instead of 30",
            "unclean.leader.election.enable may lose acknowledged records",
            "cleanup.policy compact removes events that are still needed",
        )
    ]


def test_a_topic_that_cannot_be_kept_as_asked_is_named(kafka_url: str) -> None:
    name, server = own("t"), kafka_url.removeprefix("kafka://")
    message = f"topic {name} is missing.*99 copies: see TALENT_KAFKA_REPLICATION"
    with closing(KafkaBus([server], [topic(name, replication=99)], DEMO)) as bus, pytest.raises(Away, match=message):
        bus.publish([Outgoing(name, "k", b"1")])


def secure(broker: kafka.Broker, name: str, changes: Mapping[str, object], answers_within: float = 1) -> KafkaBus:
    """The bus over the broker's secure port, as `talent` unless changed."""
    chosen_settings: dict[str, object] = {
        "environment": "demo",
        "kafka_security": "SASL_SSL",
        "kafka_sasl_mechanism": "PLAIN",
        "kafka_username": "talent",
        "kafka_password": SecretStr("open"),
        "kafka_ca_file": broker.authority,
    }
    settings = Settings.model_validate(chosen_settings | dict(changes))
    return KafkaBus([f"127.0.0.1:{broker.secure_port}"], [topic(name)], settings, answers_within)


def test_events_travel_encrypted_and_by_name(kafka_broker: kafka.Broker) -> None:
    name = own("t")
    with closing(secure(kafka_broker, name, {}, answers_within=60)) as bus:
        bus.publish([Outgoing(name, "k", b"1")])
        with closing(bus.subscribe(own("g"), [name])) as subscription:
            assert texts(receive(subscription, 1)) == ["1"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kafka_password": SecretStr("wrong")}, "SaslAuthenticationFailedError.*Invalid username or password"),
        ({"kafka_username": "stranger"}, "topic .* is missing, or may not be used with this TALENT_KAFKA_USERNAME"),
        ({"kafka_ca_file": None}, "certificate verify failed.*TALENT_KAFKA_SECURITY"),
        ({"kafka_security": "PLAINTEXT"}, "TALENT_KAFKA_SECURITY"),
    ],
)
def test_who_may_not_is_told_so_without_a_secret(
    kafka_broker: kafka.Broker, changes: dict[str, object], message: str
) -> None:
    def why() -> str:
        with pytest.raises(Away) as away:
            bus.answers()
        return str(away.value)

    with closing(secure(kafka_broker, own("t"), changes)) as bus:
        said = eventually(why, lambda text: re.search(message, text) is not None)  # a slow broker is told of first
    assert re.search(message, said)
    assert "wrong" not in said
