"""Machines of a person (本人的业务系统): what they do is done by that person, and they end with them."""

from typing import Any

import jwt

from tests.registry.accounts.issued import token_answer
from tests.registry.accounts.test_accounts import account_of
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person
from tests.registry.transitions.test_workflow import A


def clients_of(registry: Registry, login: str) -> str:
    return f"/v1/accounts/{account_of(registry, login)['id']}/clients"


def given(registry: Registry, login: str, by: str = "operator", name: str = "system") -> str:
    """A client of a person that nobody has approved yet, from now on known by a name; where it is."""
    made = registry.post(by, clients_of(registry, login), {"name": "业务系统"})
    assert made.status_code == 201, made.text
    registry.credentials[name] = made.json()
    return f"{clients_of(registry, login)}/{made.json()['client_id']}"


def claims(registry: Registry, name: str) -> dict[str, Any]:
    return dict(jwt.decode(token_answer(registry, name).json()["access_token"], options={"verify_signature": False}))


def test_w05_what_a_persons_machine_does_is_done_by_the_person(registry: Registry) -> None:
    where = given(registry, "district-donghu")
    assert token_answer(registry, "system").status_code == 401
    assert registry.post("bureau", f"{where}/approve").status_code == 200
    said = claims(registry, "system")
    assert {key: said[key] for key in ("role", "person", "reporting_unit")} == {
        "role": "district_officer", "person": "district-donghu", "reporting_unit": "donghu",
    }  # fmt: skip
    held = registry.post(A, "/v1/registrations", organisation(7, "internship-bases")).json()["id"]
    registry.act("institution-a-reviewer", held, "endorse")
    assert registry.act("system", held, "pass_district").status_code == 200
    history = registry.get("bureau", f"/v1/registrations/{held}/history").json()["items"]
    assert history[-1]["by"] == "district-donghu"


def test_w05_nobody_approves_a_machine_of_their_own_or_that_they_issued(registry: Registry) -> None:
    own = given(registry, "bureau")
    assert registry.post("bureau", f"{own}/approve").json()["type"] == "/problems/another-approves"
    issued = given(registry, "bureau-2", by="bureau", name="second")
    assert registry.post("bureau", f"{issued}/approve").json()["type"] == "/problems/another-approves"
    assert registry.post("bureau-3", f"{own}/approve").status_code == 200
    assert registry.post("bureau-3", f"{own}/approve").json()["type"] == "/problems/already-approved"


def test_w05_whoever_gave_a_person_a_machine_decides_on_nothing_that_person_wrote(registry: Registry) -> None:
    where = given(registry, A, by="bureau")
    assert registry.post("bureau-2", f"{where}/approve").status_code == 200
    held = registry.post("system", "/v1/registrations", person(2)).json()
    for officer in ("bureau", "bureau-2"):
        refused = registry.act(officer, held["id"], "suspend", reason="核对")
        assert refused.json()["type"] == "/problems/had-a-hand", refused.text
    assert registry.act("bureau-3", held["id"], "suspend", reason="核对").status_code == 200


def test_w07_a_persons_machines_end_with_them(registry: Registry) -> None:
    where = given(registry, "leader")
    assert registry.post("bureau", f"{where}/approve").status_code == 200
    assert registry.get("system", "/v1/programmes").status_code == 200
    suspended = f"/v1/accounts/{account_of(registry, 'leader')['id']}/suspend"
    assert registry.post("operator", suspended).status_code == 200
    assert registry.get("system", "/v1/programmes").status_code == 401
    assert token_answer(registry, "system").status_code == 401


def test_a_persons_machine_is_theirs_alone(registry: Registry) -> None:
    where = given(registry, "leader")
    client_id = where.rpartition("/")[2]
    elses = f"{clients_of(registry, 'auditor')}/{client_id}"
    for path in (f"{elses}/approve", f"{elses}/rotate"):
        assert registry.post("bureau", path).status_code == 404
    assert registry.ask("operator", "DELETE", elses).status_code == 404
    assert client_id in str(registry.get("operator", clients_of(registry, "leader")).json())
    assert client_id not in str(registry.get("operator", clients_of(registry, "auditor")).json())
    nobody = "/v1/accounts/01890000-0000-7000-8000-000000000000/clients"
    assert registry.post("operator", nobody, {"name": "业务系统"}).status_code == 404
    as_officer = {"name": "业务系统", "role": "bureau_officer"}
    assert registry.post("operator", clients_of(registry, "leader"), as_officer).status_code == 422
