"""A city that does not exist, from its pack to its leader's alert: nothing in the programs says Nanchang."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.registry.accounts.commands.first_clients import prepare_clients
from services.registry.accounts.queries.tokens import signing_key
from shared.auth import Role
from shared.consumer import Consumer
from shared.contracts.published import PUBLISHED
from shared.event_keys import event_signer, trusted_keys
from shared.policy import read_pack
from shared.relay import Relay
from shared.service import Context, Service
from tests.conftest import Migrated
from tests.fixtures import organisation, person
from tests.registry.conftest import Registry
from tests.rights import Issuer

PACK = read_pack(Path(__file__).parent / "linjiang-2025.toml").model_dump(mode="json")
SERVICES = ("registry", "quota", "notify")


class Linjiang:
    """Three services in this process, and what carries events between them."""

    def __init__(self, http: dict[str, TestClient], contexts: dict[str, Context], services: dict[str, Service]) -> None:
        registry, settings = contexts["registry"], contexts["registry"].settings
        self.registry = Registry(http["registry"], registry, json.loads(settings.credentials_path.read_text()))
        self.http = http
        signs, trusted = event_signer, trusted_keys(settings)
        self._relays = [
            Relay(each.database, each.bus, signs(settings, name)) for name, each in contexts.items() if name != "notify"
        ]
        self._consumers = [
            Consumer(
                name, each.database, each.bus.subscribe(name, service.topics), service.handlers, PUBLISHED, trusted
            )
            for name, each, service in ((name, contexts[name], services[name]) for name in ("quota", "notify"))
        ]

    def carry(self) -> None:
        """Everything told reaches whoever listens: the registry's events quota, quota's events notify."""
        for relay, consumer in zip(self._relays, self._consumers, strict=True):
            while relay.run_once():
                pass
            while consumer.run_once(0):
                pass

    def act(self, action: str, registration: str, role: Role, **fields: str) -> None:
        """A step that somebody takes: of the district, of the institution that posted, or of the bureau."""
        seen = self.registry.get("institution-a-clerk", f"/v1/registrations/{registration}").json()
        token = self.registry.issuer.token(role, reporting_unit="riverside", institution_id=seen["institution_id"])
        path = f"/v1/registrations/{registration}/transitions"
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.http["registry"].post(path, json={"action": action} | fields, headers=headers)
        assert answer.status_code == 200, answer.text

    def read(self, service: str, path: str, **wanted: str) -> Any:
        """What the city's leader reads."""
        headers = {"Authorization": f"Bearer {self.registry.issuer.token(Role.LEADER, sub='leader')}"}
        return self.http[service].get(path, params=wanted, headers=headers).json()["items"]

    def close(self) -> None:
        """Leave the bus."""
        for consumer in self._consumers:
            consumer.close()


@pytest.fixture
def linjiang(migrated: Migrated) -> Iterator[Linjiang]:
    """The city with its pack in force, and nobody registered."""
    for name in SERVICES:
        migrated(name)
    contexts = {name: Context.of(name) for name in SERVICES}
    prepare_clients(contexts["registry"])
    kid, pem = contexts["registry"].vault.signing.current
    issuer = Issuer(contexts["registry"].settings, signing_key(pem), kid)
    services: dict[str, Service] = {name: import_module(f"services.{name}.main").service for name in SERVICES}
    for name in ("quota", "notify"):
        services[name] = replace(services[name], key_for=lambda _: issuer.key_for, asks_who_stands=False)
    with ExitStack() as stack:
        http = {name: stack.enter_context(TestClient(services[name].app(contexts[name]))) for name in SERVICES}
        officer = {"Authorization": f"Bearer {issuer.token(Role.BUREAU_OFFICER)}"}
        for client in http.values():
            answer = client.put("/v1/policy", json=PACK, headers=officer)
            assert answer.status_code == 200, answer.text
        city = Linjiang(http, contexts, services)
        yield city
        city.close()
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_its_own_programmes_units_and_posts_work_from_the_post_to_the_alert(linjiang: Linjiang) -> None:
    made = {"reporting_unit": "riverside", "fact_date": "2025-06-01"}
    craftsmen = [person(n, "new-craftsmen", details={"trade": "陶艺"}, **made) for n in range(2)]
    craftsmen.append(person(2, "new-craftsmen", details={"trade": "漆艺"}, **made | {"reporting_unit": "hillside"}))
    answers = [linjiang.registry.post("institution-a-clerk", "/v1/registrations", body) for body in craftsmen]
    assert [each.status_code for each in answers] == [201, 201, 201], answers[0].text
    assert [each.json()["state"] for each in answers] == ["recognised"] * 3
    nanchang = person(3, "new-craftsmen", details={"trade": "陶艺"})
    assert linjiang.registry.post("institution-a-clerk", "/v1/registrations", nanchang).status_code == 422

    body = organisation(1, "workshops", **made)
    workshop = linjiang.registry.post("institution-a-clerk", "/v1/registrations", body).json()["id"]
    decision = {"decision_no": "临工坊〔2025〕1号", "decision_date": "2025-07-01"}
    linjiang.act("endorse", workshop, Role.INSTITUTION_REVIEWER)
    linjiang.act("pass_district", workshop, Role.DISTRICT_OFFICER)
    linjiang.act("pass_city", workshop, Role.BUREAU_OFFICER)
    linjiang.act("recognise", workshop, Role.BUREAU_OFFICER, **decision)

    linjiang.carry()
    rows = {(row["programme"], row["unit"]): row for row in linjiang.read("quota", "/v1/progress", as_of="2025-12-31")}
    assert (rows["new-craftsmen", None]["value"], rows["new-craftsmen", None]["measure_word"]) == (3, "名")
    assert rows["workshops", None]["value"] == 1
    alerts = linjiang.read("notify", "/v1/alerts", programme="new-craftsmen")
    assert [(each["kind"], each["facts"]["percents"]) for each in alerts] == [("milestone_reached", [50])]
