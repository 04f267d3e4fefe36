"""Quota before its first policy pack."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from services.quota.main import service
from shared.auth import Role
from shared.service import Context
from tests.conftest import Migrated
from tests.quota.conftest import KEY, Site
from tests.quota.given import apply, ref
from tests.quota.own import OWN
from tests.rights import Issuer


@pytest.fixture
def unruled(migrated: Migrated) -> Iterator[Site]:
    """Quota over HTTP with no policy."""
    issuer = Issuer(migrated("quota"), KEY, "test")
    context = Context.of("quota")
    with TestClient(replace(service, key_for=lambda _: issuer.key_for, asks_who_stands=False).app(context)) as http:
        yield Site(http, context.database, issuer)
    context.close()


def test_x15_it_is_not_ready_and_lays_down_nothing_until_a_pack_is_in_force(unruled: Site) -> None:
    seat = {
        "programme": OWN["programme"],
        "registration_id": str(ref(1)),
        "subject_ref": str(ref(2)),
        "on": "2019-01-01",
    }
    posts = [("/v1/quotas", OWN), ("/v1/seats", seat), ("/v1/seats/claims", {"claims": [seat]})]
    assert unruled.http.get("/livez").status_code == 200
    for answer in [unruled.http.get("/readyz")] + [
        unruled.ask(Role.BUREAU_OFFICER, "POST", path, body) for path, body in posts
    ]:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/policy-missing")
    apply(unruled.database)
    assert unruled.http.get("/readyz").status_code == 200
    assert unruled.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN).status_code == 201
