"""A registry before its first policy pack: alive, not ready, and nothing that is posted gets a wrong reason."""

from collections.abc import Iterator

import pytest

from services.registry.accounts.commands.first_clients import prepare_clients
from shared.service import Context
from tests.conftest import Migrated
from tests.registry.conftest import PACK_OF_NANCHANG, Registry, person, serving

CLERK = "institution-a-clerk"
INSTITUTION = {"code": "new", "name": "新单位", "kind": "company", "reporting_unit": "donghu"}


@pytest.fixture
def unruled(migrated: Migrated) -> Iterator[Registry]:
    """A registry with the demo's clients and no policy."""
    migrated("registry")
    context = Context.of("registry")
    prepare_clients(context)
    with serving(context) as registry:
        yield registry
    context.close()


def test_x15_it_is_not_ready_and_takes_no_registration_until_a_pack_is_in_force(unruled: Registry) -> None:
    """What was refused meanwhile may be sent again under the same key."""
    posts = [
        (CLERK, "/v1/registrations", person()),
        (CLERK, "/v1/registrations/batch", {"items": [person()]}),
        (CLERK, "/v1/programmes/youth-intake/check", {key: person()[key] for key in ("subject", "fact_date")}),
        ("bureau", "/v1/institutions", INSTITUTION),
    ]
    assert unruled.http.get("/livez").status_code == 200
    for answer in [unruled.http.get("/readyz")] + [
        unruled.post(name, path, body, idempotency_key="again") for name, path, body in posts
    ]:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/policy-missing")
        assert "talent policy apply" in answer.json()["title"]
    assert unruled.http.post("/v1/registrations", json=person()).status_code == 401
    assert unruled.post("leader", "/v1/registrations", person()).status_code == 403

    tried = unruled.ask("bureau", "PUT", "/v1/policy?dry_run=true", PACK_OF_NANCHANG)
    assert tried.status_code == 200
    assert unruled.http.get("/readyz").status_code == 503
    assert unruled.ask("bureau", "PUT", "/v1/policy", PACK_OF_NANCHANG).status_code == 200
    assert unruled.http.get("/readyz").status_code == 200
    batch, once = (unruled.post(name, path, body, idempotency_key="again") for name, path, body in posts[1::-1])
    assert [item["status"] for item in batch.json()["items"]] == [201]
    assert once.json()["type"] == "/problems/already-registered"
