"""What the tests of quota share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from services.quota.main import service
from services.quota.tables import QuotaTable
from shared.auth import Role
from shared.db import Database
from shared.migrations import migrate
from shared.service import Context
from tests.conftest import Migrated, NewDatabase
from tests.quota.given import apply, deliver, ref
from tests.quota.own import OWN, teachers
from tests.rights import Issuer

KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def empty(new_database: NewDatabase) -> Database:
    """Quota's database before any policy."""
    return new_database(QuotaTable.metadata)


@pytest.fixture
def city(new_database: NewDatabase) -> Database:
    """Quota's database with the policy of Nanchang in force, and nobody registered."""
    return new_database(QuotaTable.metadata, filled=apply)


@dataclass(frozen=True)
class Site:
    """Quota over HTTP, in this process, with its database."""

    http: TestClient
    database: Database
    issuer: Issuer

    def ask(self, role: Role | str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A request of a caller in a role; any other name is a bureau officer's."""
        named = role if isinstance(role, Role) else Role.BUREAU_OFFICER
        headers = self.headers(named, str(role), more.pop("about", {}))
        return self.http.request(method, path, json=body, headers=headers | more.pop("headers", {}), **more)

    def headers(self, role: Role, sub: str = "", about: Mapping[str, Any] | None = None) -> dict[str, str]:
        """What a request of a caller in a role bears."""
        return {"Authorization": f"Bearer {self._token(sub or role, role, dict(about or {}))}"}

    def get(self, path: str, role: Role = Role.LEADER, **more: Any) -> Any:
        """A reading request."""
        return self.ask(role, "GET", path, **more)

    def _token(self, sub: str, role: Role, about: dict[str, str]) -> str:
        bound = {"reporting_unit": "anyi", "institution_id": str(ref("another institution"))}
        named = {"sub": sub, "person": sub.replace("_", "-")}
        return self.issuer.token(role, **bound | named | about)


@pytest.fixture
def site(migrated: Migrated) -> Iterator[Site]:
    """Quota over HTTP: migrated, with the policy of Nanchang in force."""

    def fill(database: Database) -> None:
        migrate("quota", database.engine)
        apply(database)

    chosen = migrated("quota", fill)
    issuer = Issuer(chosen, KEY, "test")
    context = Context.of("quota")
    with TestClient(replace(service, key_for=lambda _: issuer.key_for, asks_who_stands=False).app(context)) as http:
        yield Site(http, context.database, issuer)
    context.close()


@pytest.fixture
def quota_id(site: Site) -> str:
    """A quota of four with four registered, the third in another district."""
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN)
    deliver(site.database, *teachers(4))
    return str(answer.json()["id"])
