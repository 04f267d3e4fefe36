"""docker-compose.yml and deploy/Dockerfile against the code: whatever they name exists, and nothing is left open."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyCompose

from shared.contracts.published import PUBLISHED
from tests.deploy.compose import FILE, ROOT, load, ours, runs_on, substituted, variables_in
from tests.deploy.deployable import faults

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def test_everything_it_names_exists_and_nothing_is_left_open() -> None:
    assert list(faults(load(FILE.read_text()))) == []


Break = Callable[[dict[str, Any]], Any]

BREAKS: dict[str, Break] = {
    "registry: image talent-registry:latest": lambda s: s["registry"].update(image="talent-registry:latest"),
    "postgres: image postgres is not pinned": lambda s: s["postgres"].update(image="postgres"),
    "quota: image talent-registry:9.9.9 is not version": lambda s: s["quota"].update(image="talent-registry:9.9.9"),
    "kafka: runs as root": lambda s: s["kafka"].pop("user"),
    "portal: runs as root": lambda s: s["portal"].update(user="0:0"),
    "notify: keeps capabilities": lambda s: s["notify"].update(cap_add=["NET_ADMIN"]),
    "notify: may gain privileges": lambda s: s["notify"].pop("security_opt"),
    "portal: may write into its image": lambda s: s["portal"].update(read_only=False),
    "quota-relay: has no limit of memory": lambda s: s["quota-relay"].update(
        deploy={"resources": {"limits": {"cpus": "1", "pids": 9}}}
    ),
    "kafka: writes logs without end": lambda s: s["kafka"].pop("logging"),
    "registry-relay: has no health check": lambda s: s["registry-relay"].pop("healthcheck"),
    "quota: its health check asks ['8003']": lambda s: s["quota"]["healthcheck"].update(
        test=["CMD", "python", "-m", "shared.health", "8003"]
    ),
    "quota-consume: its health check asks": lambda s: s["quota-consume"]["environment"].pop("TALENT_PULSE_FILE"),
    "portal: waits for registri": lambda s: s["portal"]["depends_on"].update(registri={"condition": "service_healthy"}),
    "portal: waits in vain until keys is well": lambda s: s["portal"]["depends_on"].update(
        keys={"condition": "service_healthy"}
    ),
    "quota: does not wait for postgres": lambda s: s["quota"].update(
        depends_on={"kafka": {"condition": "service_healthy"}}
    ),
    "postgres: POSTGRES_PASSWORD does not come from .env": lambda s: s["postgres"]["environment"].update(
        POSTGRES_PASSWORD="postgres"
    ),
    "registry: TALENT_REGISTRY_DATABASE_URL does not come from .env": lambda s: s["registry"]["environment"].update(
        TALENT_REGISTRY_DATABASE_URL="postgresql://talent_registry_app:${PASSWORD:-x}@postgres:5432/talent_registry"
    ),
    "roles: mounts ./deploy/roles": lambda s: s["roles"].update(volumes=["./deploy/roles:/roles:ro"]),
    "notify-send: volume post is not declared": lambda s: s["notify-send"].update(volumes=["post:/data"]),
    "portal: network www is not declared": lambda s: s["portal"]["networks"].append("www"),
    "portal: is given signing-keys, which are the registry's alone": lambda s: s["portal"].update(
        volumes=["signing-keys:/keys/signing:ro"]
    ),
    "quota: may change the keys": lambda s: s["quota"].update(volumes=["quota-keys:/keys/quota"]),
    "notify: may change the keys": lambda s: s["notify"].update(volumes=["event-keys:/keys/events/public"]),
    "quota-relay: is given registry-event-key": lambda s: s["quota-relay"]["volumes"].append(
        "registry-event-key:/keys/events/registry:ro"
    ),
    "notify-send: python -m services.notify post is no command": lambda s: s["notify-send"]["command"].append(
        s["notify-send"]["command"].pop() and "post"
    ),
    "registry: python -m services.registry serve --alone --fast": lambda s: s["registry"]["command"].append("--fast"),
    "quota: TALENT_BUS is no setting": lambda s: s["quota"]["environment"].update(TALENT_BUS="x"),
    "notify-send: smtp_tls": lambda s: s["notify-send"]["environment"].update(TALENT_SMTP_TLS="ssl"),
    "quota: is no production": lambda s: s["quota"]["environment"].update(TALENT_ENVIRONMENT="demo"),
    "registry: is talent_registry_owner in database talent_registry": lambda s: s["registry"]["environment"].update(
        TALENT_REGISTRY_DATABASE_URL=s["registry-migrate"]["environment"]["TALENT_REGISTRY_DATABASE_URL"]
    ),
    "notify: knows the databases": lambda s: s["notify"]["environment"].update(
        TALENT_QUOTA_DATABASE_URL=s["quota"]["environment"]["TALENT_QUOTA_DATABASE_URL"]
    ),
    "portal: TALENT_QUOTA_URL leads to": lambda s: s["portal"]["environment"].update(
        TALENT_QUOTA_URL="http://quota:8003"
    ),
    "notify: publishes": lambda s: s["notify"].update(ports=["127.0.0.1:8003:8003"]),
    "portal: publishes 8000:8000, not": lambda s: s["portal"].update(ports=["8000:8000"]),
    "notify-relay: looks for the bus at": lambda s: s["notify-relay"]["environment"].update(
        TALENT_BUS_URL="kafka://broker:9092"
    ),
    "kafka: its listener SERVICES is PLAINTEXT": lambda s: s["kafka"]["environment"].update(
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP="SERVICES:PLAINTEXT,CONTROLLER:SASL_SSL"
    ),
    "kafka: its listener PLAINTEXT is PLAINTEXT": lambda s: s["kafka"]["environment"].update(
        KAFKA_LISTENERS="SERVICES://:9092,CONTROLLER://localhost:9093,PLAINTEXT://:9094"
    ),
    "kafka: does not look at rights": lambda s: s["kafka"]["environment"].pop("KAFKA_AUTHORIZER_CLASS_NAME"),
    "kafka: KAFKA_LISTENER_NAME_SERVICES_PLAIN_SASL_JAAS_CONFIG holds a password": lambda s: s["kafka"][
        "environment"
    ].update(KAFKA_LISTENER_NAME_SERVICES_PLAIN_SASL_JAAS_CONFIG='required password="open";'),
    "quota-consume: comes to the bus as talent-registry": lambda s: s["quota-consume"]["environment"].update(
        TALENT_KAFKA_USERNAME="talent-registry"
    ),
    "notify: comes to the bus as talent-notify, not by the password of": lambda s: s["notify"]["environment"].update(
        TALENT_KAFKA_PASSWORD=s["quota"]["environment"]["TALENT_KAFKA_PASSWORD"]
    ),
    "notify-escalate: comes to the bus as None": lambda s: s["notify-escalate"]["environment"].pop(
        "TALENT_KAFKA_USERNAME"
    ),
    "registry: does not speak TLS with the bus": lambda s: s["registry"]["environment"].pop("TALENT_KAFKA_SECURITY"),
    "quota-daily: does not speak TLS with the bus": lambda s: s["quota-daily"].pop("volumes"),
    "quota: is given bus-certificate": lambda s: s["quota"]["volumes"].append("bus-certificate:/bus/server:ro"),
    "topic talent.people.v1 is not created": lambda s: s["kafka"]["environment"].update(X="talent.people.v1"),
    "runs [('notify', 'consume')": lambda s: s.pop("quota-relay"),
}


@pytest.mark.parametrize("break_", BREAKS)
def test_a_planted_break_is_found(break_: str) -> None:
    compose = load(FILE.read_text())
    services = {name: _own(service) for name, service in compose["services"].items()}
    compose["services"] = services
    BREAKS[break_](services)
    assert any(fault.startswith(break_) for fault in faults(compose)), list(faults(compose))


def _own(node: Any) -> Any:
    """A copy in which nothing is shared, as anchors are."""
    if isinstance(node, dict):
        return {key: _own(value) for key, value in node.items()}
    return [_own(each) for each in node] if isinstance(node, list) else node


def test_every_topic_of_a_published_event_is_created_at_deployment() -> None:
    topics = re.findall(r'^\["(.+)"\]', (ROOT / "deploy" / "topics.toml").read_text(), re.MULTILINE)
    assert set(topics) == {event.topic for event in PUBLISHED.values()}


def test_the_broker_is_the_one_the_tests_talk_to() -> None:
    tested = re.search(
        r"<version>(\d+\.\d+\.\d+)</version>", (ROOT / "tests" / "servers" / "kafka.pom.xml").read_text()
    )
    assert tested
    assert load(FILE.read_text())["services"]["kafka"]["image"] == f"apache/kafka:{tested[1]}"


def test_the_image_is_pinned_and_does_not_run_as_root() -> None:
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    compose = load(FILE.read_text())["services"]["registry"]
    assert users == [compose["user"]]
    assert int(users[0].partition(":")[0]) > 0


def test_the_image_installs_what_is_locked_from_wherever_pip_looks() -> None:
    assert "--require-hashes --only-binary :all: -r requirements.lock" in DOCKERFILE
    assert not re.search(r"https?://|--(extra-)?index-url|--trusted-host", DOCKERFILE)


def test_what_is_copied_into_the_image_exists_and_is_not_ignored() -> None:
    admitted = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied == admitted
    assert all((ROOT / source).exists() for source in copied)
    ignored = re.findall(r"^[^!#\s]\S*", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert (ignored[0], copied & {".git", "tests", "docs", "data", ".env"}) == ("*", set())


def test_the_image_holds_every_folder_that_a_running_process_reads() -> None:
    """Code that looks beside the packages names a top-level folder; it must be in the image."""
    found = set()
    for file in [*Path(ROOT / "shared").rglob("*.py"), *Path(ROOT / "services").rglob("*.py")]:
        found |= set(re.findall(r'parents\[\d\] / "(\w+)"', file.read_text()))
    assert found
    assert all(f"\nCOPY {folder} {folder}\n" in DOCKERFILE for folder in found)


def as_given(text: str) -> str:
    """The file as JSON, as it is once .env gives what it must: anchors and variables resolved."""
    given = {name: "drawn" for name, must in variables_in(text) if must}
    return json.dumps(load(substituted(text, given)))


def test_the_file_is_valid_by_the_compose_specification() -> None:
    """As `docker compose config` finds it; what containers it names is held by the tests above."""
    checked = PyCompose.from_json(as_given(FILE.read_text()))
    assert set(checked.service_names()) == set(load(FILE.read_text())["services"])


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("    healthcheck:", "    healthchek:", "healthchek"),
        ("  start_interval:", "  start_intervall:", "start_intervall"),
        ("service_completed_successfully", "service_done", "service_done"),
        ("interval: 10s", "interval: soon", "soon"),
        ("\nvolumes:", "\nvolume:", "volume"),
    ],
)
def test_what_the_compose_specification_does_not_know_is_found(right: str, wrong: str, said: str) -> None:
    text = FILE.read_text()
    assert right in text
    with pytest.raises(ValueError, match=said):
        PyCompose.from_json(as_given(text.replace(right, wrong)))


def test_what_is_personal_is_opened_by_the_registry_alone_and_tokens_are_signed_by_it() -> None:
    """Who is given which ring; `test_production` runs them all with these and no others."""
    running = {name: each for name, each in ours(load(FILE.read_text())).items() if runs_on(each)}
    workers = ("compare", "deadlines", "imports", "seats")
    wanted = {
        "registry-keys": {"registry", *(f"registry-{loop}" for loop in workers)},
        "signing-keys": {"registry", "registry-checkpoint"},
        "quota-keys": {"quota"},
        "notify-keys": {"notify", "notify-send"},
    }
    for volume, holders in wanted.items():
        assert {name for name, each in running.items() if any(volume in v for v in each.get("volumes", ()))} == holders
