"""What the tests of quota share."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from services.quota.main import service
from services.quota.tables import QuotaTable
from shared.auth import Role
from shared.config import Settings
from shared.db import Database
from shared.service import Context
from shared.vault import ALGORITHM
from tests.conftest import Migrated, NewDatabase
from tests.quota.given import apply, deliver, ref
from tests.quota.own import OWN, teachers

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
    settings: Settings

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
        now = int(time.time())
        claims = {"iat": now, "exp": now + 60, "sub": sub, "role": role, "person": sub.replace("_", "-")} | about
        bound = {"reporting_unit": "anyi", "institution_id": str(ref("another institution"))}
        claims = bound | claims
        claims |= {"iss": self.settings.issuer, "aud": self.settings.audience}
        return jwt.encode(claims, KEY, algorithm=ALGORITHM, headers={"kid": "test"})


@pytest.fixture
def site(migrated: Migrated) -> Iterator[Site]:
    """Quota over HTTP: migrated, with the policy of Nanchang in force."""

    async def key_for(kid: str) -> Any:
        return KEY.public_key()

    chosen = migrated("quota")
    context = Context.of("quota")
    apply(context.database)
    with TestClient(replace(service, key_for=lambda _: key_for).app(context)) as http:
        yield Site(http, context.database, chosen)
    context.close()


@pytest.fixture
def quota_id(site: Site) -> str:
    """A quota of four with four registered, the third in another district."""
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN)
    deliver(site.database, *teachers(4))
    return str(answer.json()["id"])
