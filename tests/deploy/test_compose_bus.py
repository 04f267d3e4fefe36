"""The broker of docker-compose.yml, run by its very settings: who comes to it, how, and what they may do there."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.bus import Away
from shared.bus.kafka.certificate import make_certificate
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.contracts.quota import QuotaEvent
from shared.contracts.registration import RegistrationEvent
from tests.deploy.broker import start_broker
from tests.deploy.compose import FILE, load, ours
from tests.deploy.production import Production
from tests.quota.given import event
from tests.shared.lines import receive
from tests.signing import outgoing

ON_THE_BUS = [name for name, each in ours(load(FILE.read_text())).items() if "bus" in each.get("networks", [])]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """Its broker, to which the administrator's container was."""
    folder = tmp_path_factory.mktemp("bus")
    production = Production(folder, lambda service, _: f"sqlite:///{folder}/{service}.db")
    broker = start_broker(production)
    for _ in range(2):  # as every `make up` does
        production.prepare("bus-rights")
    yield production
    broker.stop()
    production.stop()


def settings_of(production: Production, name: str, **changes: str) -> Settings:
    """What a container has in its environment."""
    given = {key.removeprefix("TALENT_").lower(): value for key, value in production.environment(name).items()}
    return Settings.model_validate({key: given[key] for key in Settings.model_fields if key in given} | changes)


@pytest.mark.parametrize("name", ON_THE_BUS)
def test_every_container_of_its_network_is_let_in(production: Production, name: str) -> None:
    with closing(open_bus(settings_of(production, name))) as bus:
        bus.answers()


def test_what_a_service_writes_another_reads_and_nobody_forges(production: Production) -> None:
    sent, forged = outgoing(event("recognised")), outgoing(event("recognised"))
    with closing(open_bus(settings_of(production, "registry-relay"))) as bus:
        bus.publish(sent)
    with closing(open_bus(settings_of(production, "quota-consume"))) as bus:
        with closing(bus.subscribe("quota", [RegistrationEvent.topic])) as reading:
            assert [record.body for record in receive(reading, 1)] == [sent[0].body]
        with pytest.raises(Away, match="refused events: TopicAuthorizationFailedError"):
            bus.publish(forged)
    with (
        closing(open_bus(settings_of(production, "notify-consume"))) as bus,
        closing(bus.subscribe("quota", [QuotaEvent.topic])) as reading,
        pytest.raises(Away, match="Authorization"),
    ):
        receive(reading, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"kafka_security": "PLAINTEXT"},
        {"kafka_security": "SASL_PLAINTEXT"},
        {"kafka_security": "SSL"},
        {"kafka_password": "drawn-TALENT_QUOTA_KAFKA_PASSWORD"},
        {"kafka_username": "admin"},
        {"kafka_username": "admin", "kafka_sasl_mechanism": "PLAIN"},
    ],
    ids=lambda changes: " ".join(changes.values()),
)
def test_nobody_comes_in_otherwise(production: Production, changes: dict[str, str]) -> None:
    """In clear, without a name, by the password of another, as the administrator."""
    with closing(open_bus(settings_of(production, "registry-relay", **changes))) as bus, pytest.raises(Away):
        bus.answers()


def test_a_broker_with_another_certificate_is_not_spoken_to(production: Production, tmp_path: Path) -> None:
    make_certificate(tmp_path, ["localhost"])
    settings = settings_of(production, "registry-relay", kafka_ca_file=str(tmp_path / "public" / "ca.pem"))
    with closing(open_bus(settings)) as bus, pytest.raises(Away, match="certificate verify failed"):
        bus.answers()
