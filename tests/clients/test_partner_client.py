"""deploy/clients over running services: what partners are given works as its README says."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from talent_client import NewRegistration, Problem, RegistryClient, verified

import services.registry.main  # noqa: F401  # every refusal of the registry
from shared.problems import Refusal
from tests.city import City, eventually
from tests.fixtures import organisation
from tests.needs import need
from tests.receivers import receiver

CLIENTS = Path(__file__).parents[2] / "deploy" / "clients"
README = (CLIENTS / "README.md").read_text()
GUIDE = (CLIENTS.parents[1] / "docs" / "guides" / "partner.md").read_text()
PROGRAMME = "skill-training-bases"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("city") / "data")
    city.start()
    yield city
    city.stop()


@pytest.fixture(scope="module")
def given(city: City) -> dict[str, str]:
    """What a partner is given."""
    held = city.credentials("institution-a-clerk")
    return {"REGISTRY": city.url("registry"), "CLIENT_ID": held["client_id"], "CLIENT_SECRET": held["client_secret"]}


def snippet(kind: str) -> str:
    """A block of the README, with a code that stands for nobody in place of the one written there."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return str(found)


def test_each_snippet_registers_an_organisation_and_a_second_run_none(city: City, given: dict[str, str]) -> None:
    need("Java", shutil.which("java"), "bash tests/prepare.sh")
    python = "\n".join([*(f"{name} = {value!r}" for name, value in given.items()), snippet("python")])
    commands = [
        ["bash", "-c", snippet("sh")],
        [sys.executable, "-c", python],
        ["java", str(CLIENTS / "java" / "RegisterOne.java")],
    ]
    made = {ID.findall(ran(command, given))[0] for command in commands for _ in range(2)}
    assert len(made) == 3
    kept = city.client("institution-a-clerk").get("/v1/registrations", params={"programme": PROGRAMME}).json()["items"]
    assert {(each["id"], each["state"], each["subject"]["name"]) for each in kept} == {
        (each, "submitted", "测试单位") for each in made
    }


def ran(command: list[str], given: dict[str, str]) -> str:
    """What a command writes; it complains of nothing."""
    environment = os.environ | given | {"PYTHONPATH": str(CLIENTS / "python")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_guide_for_programs_runs_as_it_is_written(city: City, given: dict[str, str]) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    written = ran(["bash", "-euo", "pipefail", "-c", "\n".join(blocks)], given)
    assert [each in written for each in ('"verdict":"for_review"', '"code":"unit_unknown"', '"version":2')] == [
        True
    ] * 3
    wanted = {"programme": PROGRAMME, "q": "A-17"}
    (first,) = city.client("institution-a-clerk").get("/v1/registrations", params=wanted).json()["items"]
    assert written.count(first["id"]) >= 1
    assert written.count('"state":"submitted"') >= 3


def test_the_guide_s_refusals_are_those_of_the_product() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", GUIDE, re.MULTILINE)
    assert len(rows) > 15
    assert {(int(status), slug) for status, slug in rows} <= {(each.status, each.slug) for each in every(Refusal)}


def every(kind: type[Refusal]) -> set[type[Refusal]]:
    """A class and all that are made of it."""
    return {kind}.union(*(every(each) for each in kind.__subclasses__()))


def test_the_journey_of_a_partner(given: dict[str, str]) -> None:
    wanted = [cast(NewRegistration, organisation(n, PROGRAMME)) for n in range(1_003)]
    wanted[1_001]["subject"] |= {"uscc": "91360100MA000!"}
    with RegistryClient(given["REGISTRY"], given["CLIENT_ID"], given["CLIENT_SECRET"]) as registry:
        before = {each["id"] for each in registry.registrations(programme=PROGRAMME)}
        assert registry.check(wanted[0])["verdict"] == "for_review"
        first = registry.register(wanted[0], key="one")
        assert registry.register(wanted[0], key="one")["id"] == first["id"]
        outcomes = [outcome for _, outcome in registry.register_many(wanted[1:], key="many")]
        assert [n for n, each in enumerate(outcomes) if each["status"] != 201] == [1_000]
        assert [outcome for _, outcome in registry.register_many(wanted[1:], key="many")] == outcomes
        kept = {each["id"] for each in registry.registrations(programme=PROGRAMME)} - before
        assert len(kept) == 1_002
        assert registry.registration(first["id"])["state"] == "submitted"
        with pytest.raises(Problem) as refused:
            registry.register(cast(NewRegistration, organisation(1, "no-such-programme")), key="two")
    assert (refused.value.status, refused.value.faults[0].pointer) == (422, "/programme")
    assert "测试单位" not in str(refused.value)


def test_a_partners_system_hears_of_its_own_registration(city: City, given: dict[str, str]) -> None:
    with receiver() as hears, RegistryClient(given["REGISTRY"], given["CLIENT_ID"], given["CLIENT_SECRET"]) as registry:
        ours, theirs = (city.client(f"institution-{each}-clerk", "notify") for each in "ab")
        made = ours.post("/v1/webhook-endpoints", json={"url": hears.url}).json()
        assert theirs.get(f"/v1/webhook-endpoints/{made['id']}").status_code == 404
        kept = registry.register(cast(NewRegistration, organisation(2_001, PROGRAMME)), key="heard of")
        (received,) = eventually(lambda: list(hears.received), bool)
        said = verified(received.body, received.headers, [made["secret"]])
    assert (said["data"]["registration_id"], said["data"]["state"]) == (kept["id"], "submitted")


def test_a_webhook_is_taken_while_its_secret_is_replaced_and_no_forged_one() -> None:
    old, new = (f"whsec_{b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))
    at, body = datetime.now(UTC), b'{"type": "registration"}'
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(new).sign("msg_1", at, body.decode()),
    }
    assert verified(body, headers, [old, new]) == {"type": "registration"}
    for secrets, sent in (([old], body), ([old, new], body + b" "), ([], body)):
        with pytest.raises(WebhookVerificationError):
            verified(sent, headers, secrets)
