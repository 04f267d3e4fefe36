"""Whoever may come no more writes nothing in other services either, though their token has not expired."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from services.registry.main import service
from shared import auth, standing
from shared.contracts.policy import PolicyPack
from tests.databases import Databases
from tests.portal.conftest import served
from tests.registry.accounts.test_accounts import account_of
from tests.registry.accounts.test_sign_in import sign_in
from tests.registry.conftest import PACK_OF_NANCHANG, Prepared, Registry
from tests.registry.places import answering, laid_down

OWN = {"programme": "dual-qualified-teachers", "amount": 3, "period": {"start": "2019-01-01"}}


def test_w07_a_suspended_officer_lays_no_quota_down(
    registry: Registry, databases: Databases, prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a session or by a machine; before they are suspended they may, and while the registry is away as well."""
    monkeypatch.setattr(auth, "REMEMBERED_FOR", 0)  # seconds; otherwise another process hears of it so much later
    monkeypatch.setattr(standing, "REMEMBERED_FOR", 0)
    tokens = {"session": sign_in(registry, "bureau-3").json()["access_token"], "machine": registry.token("bureau-3")}
    url = databases.like("w07-elsewhere", laid_down(PolicyPack.model_validate(PACK_OF_NANCHANG)))

    def lays_down(quota: Any, year: int, by: str) -> int:
        body = OWN | {"period": {"start": f"{year}-01-01", "end": f"{year}-12-31"}}
        headers = {"Authorization": f"Bearer {tokens[by]}"}
        return httpx.post(f"{quota.url}/v1/quotas", json=body, headers=headers, trust_env=False).status_code

    path = f"/v1/accounts/{account_of(registry, 'bureau-3')['id']}"
    with (
        served(service.app(registry.context)) as address,
        answering(url, tmp_path / "quota", prepared.folder / "keys", address) as quota,
    ):
        before = [lays_down(quota, 2030 + n, by) for n, by in enumerate(tokens)]
        suspended = registry.post("operator", f"{path}/suspend").json()
        after = [lays_down(quota, 2040 + n, by) for n, by in enumerate(tokens)]
    with answering(url, tmp_path / "again", prepared.folder / "keys", address) as quota:
        away = [lays_down(quota, 2050 + n, by) for n, by in enumerate(tokens)]
    databases.drop(url)
    assert suspended["state"] == "suspended"
    assert (before, after, away) == ([201, 201], [401, 401], [201, 201])
