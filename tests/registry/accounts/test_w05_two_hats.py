"""Two officers are two people: nobody is both by a machine of the other's whose secret they know, whoever is first."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.registry.accounts.issued import token_answer
from tests.registry.accounts.test_accounts import account_of, issue
from tests.registry.accounts.test_own_clients import claims, clients_of, given
from tests.registry.accounts.test_sign_in import sign_in
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_requests import wanted
from tests.registry.programmes.test_w02_two_officers import DIRECT
from tests.registry.subjects import person
from tests.registry.transitions.test_notices import AFTER

A, HAT = "institution-a-clerk", "system"  # the machine of bureau-2, whose secret `bureau` knows
ORDERS = pytest.mark.parametrize(("first", "second"), [(HAT, "bureau"), ("bureau", HAT)])
Attempt = Callable[[str], Any]


@pytest.fixture
def hat(registry: Registry) -> Registry:
    path = given(registry, "bureau-2", by="bureau")
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200
    return registry


def of_policy(registry: Registry) -> Attempt:
    return lambda name: registry.ask(name, "PUT", "/v1/policy", DIRECT)


def of_calendar(registry: Registry) -> Attempt:
    return lambda name: registry.ask(name, "PUT", "/v1/calendar/2020", AFTER, If_Match='"0"')


def of_notice(registry: Registry) -> Attempt:
    return lambda name: registry.post(name, "/v1/privacy-notices", {"zh": "告知书", "en": "Notice"})


def of_revocation(registry: Registry) -> Attempt:
    held = registry.post(A, "/v1/registrations", person(1)).json()["id"]
    return lambda name: registry.act(name, held, "revoke", reason="材料不实")


RULES = {"policy": of_policy, "calendar": of_calendar, "notice": of_notice, "revocation": of_revocation}


@ORDERS
@pytest.mark.parametrize("of", RULES)
def test_w05_who_knows_the_secret_of_an_officers_machine_is_no_second_officer_to_them(
    hat: Registry, of: str, first: str, second: str
) -> None:
    ask = RULES[of](hat)
    proposed = ask(first)
    assert proposed.status_code == 202, proposed.text
    refused = ask(second)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/one-officer"), refused.text
    assert ask("bureau-3").status_code in (200, 201)


@ORDERS
def test_w05_nor_where_a_person_is_erased(hat: Registry, first: str, second: str) -> None:
    held = hat.post(A, "/v1/registrations", person(1)).json()
    path = f"/v1/subject-requests/{wanted(hat, held, 'erasure')['id']}/answer"
    answer = {"decision": "fulfil", "ground": "consent_withdrawn", "reason": "本人申请"}
    assert hat.post(first, path, answer).status_code == 202
    refused = hat.post(second, path, answer)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/one-officer"), refused.text
    assert hat.post("bureau-3", path, answer).status_code == 200


@ORDERS
def test_w05_nor_over_an_account_a_machine_or_a_lost_password(hat: Registry, first: str, second: str) -> None:
    account = f"/v1/accounts/{issue(hat, first).json()['id']}"
    machine = given(hat, "leader", by=first, name="machine")
    for path in (account, machine):
        refused = hat.post(second, f"{path}/approve")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/another-approves"), refused.text
    assert token_answer(hat, "machine").status_code == 401
    leader = f"/v1/accounts/{account_of(hat, 'leader')['id']}"
    for path in (f"{leader}/reset-password", f"{leader}/second-factor/reset"):
        assert [hat.post(name, path).status_code for name in (first, second, "bureau-3")] == [202, 202, 200]
    assert [hat.post("bureau-3", f"{path}/approve").status_code for path in (account, machine)] == [200, 200]


def test_w05_a_token_says_to_other_services_with_whom_an_officer_is_one(hat: Registry) -> None:
    """Of who asks for what takes two, and nobody else. Who approved it knows no secret of it."""
    assert [claims(hat, name).get("one_with") for name in (HAT, "bureau", "bureau-3")] == [
        ["bureau"],
        ["bureau-2"],
        None,
    ]
    leader = f"/v1/accounts/{account_of(hat, 'leader')['id']}"
    assert [hat.post(name, f"{leader}/reset-password").status_code for name in ("bureau", "bureau-3")] == [202, 200]
    assert (claims(hat, "leader").get("one_with"), claims(hat, "bureau")["one_with"]) == (None, ["bureau-2"])


def signed_in(registry: Registry, login: str) -> str:
    """The name of a person who is signed in by themselves, and by no machine."""
    registry._tokens[f"{login}, signed in"] = sign_in(registry, login).json()["access_token"]
    return f"{login}, signed in"


def test_w05_an_operator_is_one_with_an_officer_whose_machine_they_opened_until_the_officer_alone_does(
    registry: Registry,
) -> None:
    machine = given(registry, "bureau-2")
    assert registry.post("bureau", f"{machine}/approve").status_code == 200
    account, own = f"/v1/accounts/{issue(registry).json()['id']}", signed_in(registry, "bureau-2")

    def approved() -> int:
        return int(registry.post(own, f"{account}/approve").status_code)

    assert approved() == 409
    same = f"{clients_of(registry, 'bureau-2')}/bureau-2"  # a machine that is called as its person is
    assert registry.post(own, f"{same}/rotate", {"immediate": True}).status_code == 200
    for name in (HAT, own):  # as whoever has its secret could; and leaving the old one good
        assert registry.post(name, f"{machine}/rotate", {"immediate": name == HAT}).status_code == 200
        assert approved() == 409
    assert registry.post(own, f"{machine}/rotate", {"immediate": True}).status_code == 200
    assert approved() == 200


def test_w05_a_machine_that_is_withdrawn_proposed_what_its_holder_does_not_confirm(registry: Registry) -> None:
    path, ask = given(registry, "bureau-2"), of_policy(registry)
    registry.credentials[HAT] = registry.post("bureau", f"{path}/rotate").json()
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200
    assert ask(HAT).status_code == 202
    assert registry.ask("bureau", "DELETE", path).status_code == 200
    assert ask("bureau").json()["type"] == "/problems/one-officer"
