"""A post's addresses over HTTP: as many as it has for each channel, and `email` as another name of the first."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.db import Database
from tests.notify.conftest import consume, forget_what_was_said, pack, reached, send_next
from tests.notify.test_deliveries import DELIVERED, PORTAL, Postman

As = Callable[..., dict[str, str]]
NEW = {"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "mayor"}


def mail(*addresses: str) -> list[dict[str, str]]:
    return [{"channel": "email", "address": address} for address in addresses]


def test_a_post_is_added_with_its_addresses(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    made = client.post("/v1/recipients", headers=me, json=NEW | {"addresses": mail("b@example.org", "a@example.org")})
    assert (made.status_code, made.json()["email"]) == (201, "b@example.org")
    assert made.json()["addresses"] == mail("b@example.org", "a@example.org")
    again = client.post("/v1/recipients", headers=me, json=NEW | {"code": "b", "email": "c@example.org"})
    assert again.json()["addresses"] == mail("c@example.org")
    items = client.get("/v1/recipients", headers=me).json()["items"]
    assert {item["code"]: item["addresses"] for item in items} == {
        "b": mail("c@example.org"),
        "city-leader": mail("leader@example.org"),
        "donghu-leader": [],
        "mayor": mail("b@example.org", "a@example.org"),
    }


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"addresses": mail("no address")}, ["/addresses/0/address"]),
        ({"addresses": mail("a@b.cn", "a@b.cn")}, ["/addresses/1"]),
        ({"addresses": [{"channel": "pigeon", "address": "red"}]}, ["/addresses/0/channel"]),
        ({"addresses": [{"channel": "inbox", "address": "mayor"}]}, ["/addresses/0/channel"]),
        ({"addresses": [{"channel": "email"}]}, ["/addresses/0/address"]),
        ({"addresses": mail("a@b.cn"), "email": "c@d.cn"}, ["/email"]),
        ({"addresses": [], "email": "c@d.cn"}, ["/email"]),
        ({"addresses": mail(*(f"a{n}@b.cn" for n in range(21)))}, ["/addresses"]),
    ],
)
def test_a_wrong_address_is_named_and_not_repeated(
    client: httpx.Client, as_: As, given: dict[str, Any], pointers: list[str]
) -> None:
    me = as_("o", Role.OPERATOR)
    for answer in (
        client.post("/v1/recipients", headers=me, json=NEW | given),
        client.patch("/v1/recipients/city-leader", headers=me | {"If-Match": '"1"'}, json=given),
    ):
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
        assert "pigeon" not in answer.text
        assert "no address" not in answer.text


@pytest.mark.parametrize(
    ("given", "addresses"),
    [
        ({"login": "x"}, []),  # who held it before hears nothing more
        ({"email": "new@b.cn"}, mail("new@b.cn", "c@d.cn")),
        ({"email": None}, mail("c@d.cn")),
        ({"email": "c@d.cn"}, mail("c@d.cn")),
        ({"addresses": []}, []),
        ({"addresses": mail("c@d.cn"), "email": "c@d.cn"}, mail("c@d.cn")),
        ({"addresses": [], "email": None}, []),
    ],
)
def test_a_handover_changes_the_addresses_it_names(
    client: httpx.Client, as_: As, given: dict[str, Any], addresses: list[dict[str, str]]
) -> None:
    me = as_("o", Role.OPERATOR)
    client.post("/v1/recipients", headers=me, json=NEW | {"addresses": mail("a@b.cn", "c@d.cn")})
    handed = client.patch("/v1/recipients/mayor", headers=me | {"If-Match": '"1"'}, json=given)
    assert (handed.status_code, handed.json()["addresses"]) == (200, addresses)
    assert handed.json()["email"] == (addresses[0]["address"] if addresses else None)


def test_addresses_are_never_null(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR) | {"If-Match": '"1"'}
    answer = client.patch("/v1/recipients/city-leader", headers=me, json={"addresses": None})
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/addresses", "needed")]


def test_a_message_goes_to_every_address_as_it_is_when_it_goes(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    to = {"addresses": mail("a@b.cn", "c@d.cn")}
    client.patch("/v1/recipients/city-leader", headers=me | {"If-Match": '"1"'}, json=to)
    forget_what_was_said(city)
    consume(city, reached(100, 5))
    (alert,) = client.get("/v1/alerts", headers=as_("leader")).json()["items"]
    client.patch("/v1/recipients/city-leader", headers=me | {"If-Match": '"2"'}, json={"email": "new@b.cn"})
    postman = Postman(*[DELIVERED] * 5)
    while send_next(city, postman, PORTAL):
        pass
    assert [each.address for each in postman.messages if alert["title"] in each.subject] == ["new@b.cn", "c@d.cn"]
    found = client.get("/v1/deliveries", headers=me, params={"alert_id": alert["id"]}).json()["items"]
    assert sorted(item["channel"] for item in found) == ["email", "email", "inbox"]


def test_an_address_that_is_gone_by_then_ends_the_delivery(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    consume(city, reached(100, 5))
    client.patch("/v1/recipients/city-leader", headers=me | {"If-Match": '"1"'}, json={"email": None})
    postman = Postman(DELIVERED)
    assert send_next(city, postman, PORTAL) == 1
    assert postman.messages[0].address == ""


def test_a_pack_says_the_first_address_and_leaves_the_others(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    body = pack().model_dump(mode="json")
    body["recipients"].append(NEW | {"email": "a@b.cn"})
    assert len(client.put("/v1/policy", headers=me, json=body).json()["changes"]) == 2
    body["recipients"][-1]["email"] = "c@d.cn"
    changes = client.put("/v1/policy", headers=me, json=body).json()["changes"]
    assert changes == [{"action": "changed", "kind": "recipient", "code": "mayor"}]
    post = client.get("/v1/recipients", headers=me).json()["items"][-1]
    assert (post["version"], post["addresses"]) == (2, mail("c@d.cn"))
    body["recipients"][-1] |= {"email": None, "post_en": "The mayor"}
    client.put("/v1/policy", headers=me, json=body)
    post = client.get("/v1/recipients", headers=me).json()["items"][-1]
    assert (post["version"], post["addresses"], post["post_en"]) == (3, [], "The mayor")
