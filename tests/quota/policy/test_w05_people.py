"""Two officers are two people here too, and what is nobody's decides nothing."""

from typing import Any

from shared.auth import Role
from tests.quota.conftest import Site
from tests.quota.own import OWN
from tests.quota.policy.decided import edited


def test_w05_two_clients_of_one_person_revise_nothing(site: Site) -> None:
    quota = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN).json()["id"]
    wanted: dict[str, Any] = {"amount": 6, "effective_on": "2019-07-01", "document_no": "洪人社字〔2019〕3号"}
    path = f"/v1/quotas/{quota}/revisions"
    for client, owner, status in (("x", "bureau", 202), ("y", "bureau", 202), ("z", "bureau-2", 200)):
        answer = site.ask(client, "POST", path, wanted, about={"person": owner})
        assert answer.status_code == status, answer.text


def test_w05_who_is_one_officer_with_the_first_is_no_second_one(site: Site) -> None:
    """Whose secret somebody knows the registry says in the token."""
    quota = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN).json()["id"]
    revised: dict[str, Any] = {"amount": 6, "effective_on": "2019-07-01", "document_no": "洪人社字〔2019〕3号"}
    pack = edited("T12", amount=1).model_dump(mode="json")
    for method, path, body in (("POST", f"/v1/quotas/{quota}/revisions", revised), ("PUT", "/v1/policy", pack)):
        for owner, one_with, status in (("a", [], 202), ("b", ["a"], 409), ("c", ["b"], 200)):
            about = {"person": owner, "one_with": one_with}
            answer = site.ask("x", method, path, body, about=about)
            assert answer.status_code == status, answer.text
            assert status != 409 or answer.json()["type"] == "/problems/one-officer"


def test_w05_an_officers_client_without_a_person_lays_nothing_down(site: Site) -> None:
    for method, path, body in (
        ("POST", "/v1/quotas", OWN),
        ("POST", "/v1/bulletins", {"edition": "2019-01"}),
        ("POST", "/v1/verify", {"repair": True, "reason": "核对"}),
    ):
        role = Role.OPERATOR if path == "/v1/verify" else Role.BUREAU_OFFICER
        refused = site.ask(role, method, path, body, about={"person": None})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/person-needed"), path
