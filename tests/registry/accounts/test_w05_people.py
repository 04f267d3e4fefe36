"""Two officers are two people, and what is nobody's decides nothing."""

from typing import Any

import jwt
import pytest

from services.registry.accounts.queries.tokens import signed
from shared.vault import vault
from tests.registry.accounts.issued import second_client
from tests.registry.conftest import Registry
from tests.registry.subjects import person


def test_w05_two_clients_of_one_person_are_one_officer(registry: Registry) -> None:
    registered = registry.post("institution-a-clerk", "/v1/registrations", person()).json()
    same = second_client(registry, of="bureau", name="bureau-laptop")
    for name, status in (("bureau", 202), (same, 202), ("bureau-2", 200)):
        assert registry.act(name, registered["id"], "revoke", reason="材料虚假").status_code == status
    *_, entry = registry.get("bureau", f"/v1/registrations/{registered['id']}/history").json()["items"]
    assert (entry["by"], entry["second_by"]) == ("bureau", "bureau-2")


def test_w05_two_clients_of_one_person_have_one_name_on_record(registry: Registry) -> None:
    written = registry.post("institution-a-clerk", "/v1/registrations", person(programme="hongcheng-craftsmen")).json()
    other = second_client(registry, of="bureau", name="bureau-laptop")
    token = jwt.decode(registry.token(other), options={"verify_signature": False})
    assert (token["person"], token["sub"] == "bureau") == ("bureau", False)
    assert registry.act(other, written["id"], "endorse").status_code == 200
    *_, entry = registry.get("bureau", f"/v1/registrations/{written['id']}/history").json()["items"]
    assert entry["by"] == "bureau"


def without_person(registry: Registry, name: str) -> dict[str, str]:
    """A token of a name's client that says of nobody whose it is, as an issuer of machines' tokens makes them."""
    claims: dict[str, Any] = jwt.decode(registry.token(name), options={"verify_signature": False})
    del claims["person"]
    token = signed(vault("registry"), claims)
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("name", ["bureau", "district-donghu"])
def test_w05_an_officers_client_without_a_person_decides_nothing(registry: Registry, name: str) -> None:
    path = f"/v1/registrations/{registry.post('institution-a-clerk', '/v1/registrations', person()).json()['id']}"
    nobodys = without_person(registry, name)
    refused = registry.http.post(f"{path}/transitions", json={"action": "return", "reason": "核对"}, headers=nobodys)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/person-needed")
    assert registry.http.get("/v1/registrations", headers=nobodys).status_code == 200


def test_w05_an_auditor_without_a_person_sees_nothing_in_clear(registry: Registry) -> None:
    path = f"/v1/registrations/{registry.post('institution-a-clerk', '/v1/registrations', person()).json()['id']}"
    nobodys = without_person(registry, "auditor")
    refused = registry.http.post(f"{path}/unmask", json={"purpose": "核对申报材料"}, headers=nobodys)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/person-needed")


@pytest.mark.parametrize("person", [7, "", "人", "Bureau", ["bureau"], "auditor"])
def test_a_token_of_another_person_than_the_clients_opens_nothing(registry: Registry, person: Any) -> None:
    claims = jwt.decode(registry.token("bureau"), options={"verify_signature": False}) | {"person": person}
    token = signed(vault("registry"), claims)
    assert registry.http.get("/v1/programmes", headers={"Authorization": f"Bearer {token}"}).status_code == 401
