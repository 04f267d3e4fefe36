"""`talent bus rights` on a real broker, over TLS: a service writes its own topic and no other, by its own password."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from shared.bus import Away, Bus, Outgoing
from shared.bus.opening import open_bus
from shared.cli.bus import give_bus_rights
from shared.cli.client import Refused
from shared.config import Settings
from shared.contracts.quota import QuotaEvent
from shared.contracts.registration import RegistrationEvent
from tests.quota.given import event
from tests.servers import kafka
from tests.shared.lines import receive
from tests.signing import outgoing

REGISTRY, QUOTA = RegistrationEvent.topic, QuotaEvent.topic
PASSWORDS = {f"TALENT_{name}_KAFKA_PASSWORD": f"of {name}" for name in ("REGISTRY", "QUOTA", "NOTIFY")}
As = Callable[[str], Bus]


@pytest.fixture(scope="module")
def acting(kafka_broker: kafka.Broker) -> Iterator[As]:
    """The bus as a service sees it that was given its rights, over the broker's secure port."""
    admin = Settings(environment="demo", bus_url=kafka_broker.url)
    for _ in range(2):  # a second time changes nothing
        assert give_bus_rights(admin, PASSWORDS) == ["talent-registry", "talent-quota", "talent-notify"]
    opened: list[Bus] = []

    def open_as(service: str) -> Bus:
        opened.append(
            open_bus(of_service(kafka_broker, service, PASSWORDS[f"TALENT_{service.upper()}_KAFKA_PASSWORD"]))
        )
        return opened[-1]

    yield open_as
    for bus in opened:
        bus.close()


def of_service(broker: kafka.Broker, service: str, password: str, city: str = "talent") -> Settings:
    """What a service has in its environment."""
    given = {"bus_url": f"kafka://127.0.0.1:{broker.secure_port}", "kafka_username": f"{city}-{service}"}
    given["kafka_prefix"] = city
    secure = {"kafka_security": "SASL_SSL", "kafka_password": password, "kafka_ca_file": broker.authority}
    return Settings.model_validate({"environment": "demo", **given, **secure})


def test_a_service_writes_its_own_topic_and_another_reads_it(acting: As) -> None:
    sent = outgoing(event("recognised"))
    with closing(acting("quota").subscribe("quota", [REGISTRY])) as reading:
        acting("registry").publish(sent)
        assert sent[0].body in [record.body for record in receive(reading, 1)]


@pytest.mark.parametrize("service", ["quota", "notify"])
def test_forging_a_registration_event_as_another_service_is_refused_by_the_acl(acting: As, service: str) -> None:
    forged = outgoing(event("recognised"))
    with pytest.raises(Away, match="refused events: TopicAuthorizationFailedError"):
        acting(service).publish(forged)


def test_the_registry_does_not_write_what_quota_says(acting: As) -> None:
    with pytest.raises(Away, match="refused events: TopicAuthorizationFailedError"):
        acting("registry").publish([Outgoing(QUOTA, "k", b"{}")])


def test_a_service_does_not_read_in_the_place_of_another(acting: As) -> None:
    with closing(acting("notify").subscribe("quota", [QUOTA])) as reading, pytest.raises(Away, match="Authorization"):
        receive(reading, 1)


def test_a_service_with_the_password_of_another_is_not_let_in(acting: As, kafka_broker: kafka.Broker) -> None:
    settings = of_service(kafka_broker, "registry", PASSWORDS["TALENT_QUOTA_KAFKA_PASSWORD"])
    with closing(open_bus(settings)) as bus, pytest.raises(Away, match=r"cannot be reached.*TALENT_KAFKA_SECURITY"):
        bus.answers()


def test_rights_need_a_password_for_each_service_and_a_broker(kafka_broker: kafka.Broker) -> None:
    admin = Settings(environment="demo", bus_url=kafka_broker.url)
    with pytest.raises(Refused, match="TALENT_NOTIFY_KAFKA_PASSWORD"):
        give_bus_rights(admin, {name: value for name, value in PASSWORDS.items() if "NOTIFY" not in name})
    with pytest.raises(Refused, match="TALENT_BUS_URL"):
        give_bus_rights(Settings(environment="demo"), os.environ)


def test_two_cities_on_one_broker_meet_nowhere(acting: As, kafka_broker: kafka.Broker) -> None:
    """One broker, a prefix each (TALENT_KAFKA_PREFIX): neither reads nor writes what the other has."""
    admin = Settings(environment="demo", bus_url=kafka_broker.url, kafka_prefix="ganzhou")
    others = {name: f"in ganzhou {password}" for name, password in PASSWORDS.items()}
    assert give_bus_rights(admin, others) == ["ganzhou-registry", "ganzhou-quota", "ganzhou-notify"]
    there = of_service(kafka_broker, "registry", others["TALENT_REGISTRY_KAFKA_PASSWORD"], city="ganzhou")
    ours, theirs = outgoing(event("recognised")), outgoing(event("recognised"))
    with closing(open_bus(there)) as abroad:
        abroad.publish(theirs)
    acting("registry").publish(ours)
    with closing(acting("quota").subscribe("quota", [REGISTRY])) as reading:
        read = [(each.topic, each.body) for each in receive(reading, 1)]
        assert reading.ends().keys() == {(REGISTRY, number) for number in range(12)}
    assert (REGISTRY, ours[0].body) in read
    assert theirs[0].body not in [body for _, body in read]
    with closing(open_bus(there.model_copy(update={"kafka_prefix": "talent"}))) as intruding, pytest.raises(Away):
        intruding.publish(theirs)
