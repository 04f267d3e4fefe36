"""A registry in this process: migrated, with the policy pack applied, and the credentials of the demo."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.registry.accounts.commands import hashing
from services.registry.accounts.commands.first_clients import prepare_clients
from services.registry.accounts.queries.tokens import signing_key
from services.registry.main import service
from shared.config import settings
from shared.contracts.institution import INSTITUTION_EVENTS
from shared.contracts.placement import PlacementRecorded
from shared.contracts.policy import PolicyPack
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent, SeatLapsed
from shared.db import Database
from shared.events import Event, by_type, decode
from shared.migrations import migrate
from shared.policy import read_pack
from shared.service import Context
from shared.service_tables import outbox
from shared.vault import generate_keys, vault
from tests.city import free_ports
from tests.conftest import Migrated, forget
from tests.databases import Databases
from tests.registry.places import Places, answering, laid_down
from tests.rights import Issuer

PACK = Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml"
PACK_OF_NANCHANG = read_pack(PACK).model_dump(mode="json")
CHEAP = hashing.HashCosts(
    length=32, iterations=1, lanes=1, memory_cost=8
)  # a quarter of a second less for each password


@dataclass
class Registry:
    """A running registry and who speaks to it."""

    http: TestClient
    context: Context
    credentials: dict[str, dict[str, str]]

    def __post_init__(self) -> None:
        self._tokens: dict[str, str] = {}

    @property
    def issuer(self) -> Issuer:
        """Its own key, with which a test makes tokens of whoever it likes."""
        kid, pem = self.context.vault.signing.current
        return Issuer(self.context.settings, signing_key(pem), kid)

    def token(self, name: str) -> str:
        if name not in self._tokens:
            held = self.credentials[name]
            form = {"grant_type": "client_credentials", "client_id": held["client_id"]}
            answer = self.http.post("/oauth/token", data=form | {"client_secret": held["client_secret"]})
            self._tokens[name] = answer.json()["access_token"]
        return self._tokens[name]

    def ask(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.token(name)}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.http.request(method, path, json=body, headers=sent)

    def post(self, name: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask(name, "POST", path, body, **headers)

    def get(self, name: str, path: str, **headers: str) -> Any:
        return self.ask(name, "GET", path, **headers)

    def register(self, name: str = "institution-a-clerk", **changes: Any) -> Any:
        return self.post(name, "/v1/registrations", person(**changes))

    def act(self, name: str, registration_id: str, action: str, **fields: Any) -> Any:
        return self.post(name, f"/v1/registrations/{registration_id}/transitions", {"action": action} | fields)

    def put_policy(self, pack: Any) -> Any:
        """A pack put by two officers: the answer to the one who put it into force."""
        first = self.ask("bureau", "PUT", "/v1/policy", pack)
        return self.ask("bureau-2", "PUT", "/v1/policy", pack) if first.status_code == 202 else first

    def events(self) -> list[RegistrationEvent]:
        """What was announced of registrations, in order."""
        return [event for event in self.announced() if isinstance(event, RegistrationEvent)]

    def announced(self) -> list[Event]:
        """Everything that was announced, in order."""
        published: dict[str, type[Event]] = by_type(
            REGISTRATION_EVENTS, INSTITUTION_EVENTS, (SeatLapsed, PlacementRecorded)
        )
        with self.context.database.reading() as session:
            bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
        return [decode(body, published) for body in bodies]


def person(**changes: Any) -> dict[str, Any]:
    """A body that is in order; `id_number`, `name` and the like go into the subject."""
    body: dict[str, Any] = {
        "programme": "youth-intake",
        "submit": True,
        "subject": {
            "kind": "person",
            "name": "赵植树",
            "id_type": "resident_id",
            "id_number": "360101199001010011",
            "id_country": "CHN",
        },
        "reporting_unit": "donghu",
        "fact_date": "2019-07-01",
        "details": {"education": "21", "graduated_on": "2019-06-30"},
    }
    for name, value in changes.items():
        (body["subject"] if name in SUBJECT_FIELDS else body)[name] = value
    return body


SUBJECT_FIELDS = {"kind", "name", "id_type", "id_number", "id_country", "birth_date", "gender"}


def hash_cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords take a moment; tests/registry/accounts/test_sign_in.py holds what they take otherwise."""
    monkeypatch.setattr(hashing, "COSTS", CHEAP)
    monkeypatch.setattr(hashing, "NOBODYS", hashing.hashing().hash_now("nobody's"))


@dataclass(frozen=True)
class Prepared:
    """A registry with the demo's clients and the policy of Nanchang in force; its keys and credentials in a folder."""

    folder: Path

    def fill(self, database: Database) -> None:
        """Make it, once; each test has a copy."""
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TALENT_DATA_DIR", str(self.folder))
            environment.setenv("TALENT_ENVIRONMENT", "demo")
            environment.setenv("TALENT_REGISTRY_DATABASE_URL", database.url)
            hash_cheaply(environment)
            forget()
            generate_keys(settings().keys_path, demo=True)
            migrate("registry", database.engine)
            context = Context.of("registry")
            prepare_clients(context)
            with serving(context) as registry:
                applied = registry.ask("bureau", "PUT", "/v1/policy", PACK_OF_NANCHANG)
                assert applied.status_code == 200, applied.text
            context.close()
        forget()


@pytest.fixture(scope="session")
def prepared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """What the registry of every test is a copy of; its folder outlives this fixture, as the template does."""
    folder = tmp_path_factory.getbasetemp() / f"prepared-{databases.kind}"
    folder.mkdir(exist_ok=True)
    return Prepared(folder)


@contextmanager
def serving(context: Context) -> Iterator[Registry]:
    with TestClient(service.app(context)) as http:
        yield Registry(http, context, json.loads(context.settings.credentials_path.read_text()))


@pytest.fixture(scope="session")
def room_for_all(databases: Databases, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A quota with more places than all tests together ask for, kept as long as its kind of databases."""

    @contextmanager
    def made() -> Iterator[Places]:
        pack = PolicyPack.model_validate(
            PACK_OF_NANCHANG | {"quotas": [each | {"amount": 10**6} for each in PACK_OF_NANCHANG["quotas"]]}
        )
        url = databases.like("room-for-all", laid_down(pack))
        with answering(url, tmp_path_factory.mktemp("quota"), prepared.folder / "keys") as places:
            yield places
        databases.drop(url)

    return databases.once("room-for-all", made)


@pytest.fixture
def registry(
    prepared: Prepared, migrated: Migrated, room_for_all: Places, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registry]:
    """A fresh registry with the policy of Nanchang."""
    monkeypatch.setenv("TALENT_QUOTA_URL", room_for_all.url)
    hash_cheaply(monkeypatch)
    chosen = migrated("registry", prepared.fill)
    shutil.copytree(prepared.folder, chosen.data_dir, dirs_exist_ok=True)
    vault.cache_clear()  # the keys are others now
    context = Context.of("registry")
    with serving(context) as registry:
        yield registry
    context.close()


@pytest.fixture
def quota(
    registry: Registry, databases: Databases, prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Places]:
    """A quota of the test's own, with the policy of Nanchang, to which the registry turns."""
    url = databases.like("places", laid_down(read_pack(PACK)))
    (tmp_path / "quota").mkdir()
    with answering(url, tmp_path / "quota", prepared.folder / "keys") as places:
        monkeypatch.setenv("TALENT_QUOTA_URL", places.url)
        forget()
        yield places
    databases.drop(url)


@pytest.fixture
def away(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quota does not answer."""
    monkeypatch.setenv("TALENT_QUOTA_URL", f"http://127.0.0.1:{free_ports(1)}")
    forget()
