"""Setting notify up over HTTP: posts, subscriptions, deliveries, channels and the policy, and what each refuses."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.auth import Role
from shared.db import Database
from tests.notify.conftest import consume, of_another, pack, reached, send_next
from tests.notify.test_deliveries import DELIVERED, PORTAL, Postman

As = Callable[..., dict[str, str]]
NOBODY = UUID(int=1)

WRONG_SUBSCRIPTIONS: list[tuple[dict[str, Any], set[str]]] = [
    ({"recipient": "nobody"}, {"/recipient"}),
    (
        {"recipient": "city-leader", "programmes": ["none"], "units": ["donghu", "mars"]},
        {"/programmes/0", "/units/1"},
    ),
    ({"recipient": "city-leader", "kinds": ["gossip"]}, {"/kinds/0"}),
    ({"recipient": "city-leader", "kinds": []}, {"/kinds"}),
    ({"recipient": "city-leader", "min_severity": "loud"}, {"/min_severity"}),
    ({"recipient": "city-leader", "channels": ["pigeon"]}, {"/channels/0"}),
    ({"recipient": "city-leader", "quiet": True}, {"/quiet"}),
    ({}, {"/recipient"}),
]


def test_a_wrong_subscription_names_each_field(client: httpx.Client, as_: As) -> None:
    for wanted, pointers in WRONG_SUBSCRIPTIONS:
        answer = client.post("/v1/subscriptions", headers=as_("b", Role.BUREAU_OFFICER), json=wanted)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert {error["pointer"] for error in answer.json()["errors"]} == pointers
        assert "gossip" not in answer.text
        assert "pigeon" not in answer.text


def test_a_subscription_is_changed_and_ended_in_the_version_that_was_read(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    made = client.post(
        "/v1/subscriptions", headers=me, json={"recipient": "city-leader", "programmes": ["skill-training-bases"]}
    )
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    path = f"/v1/subscriptions/{made.json()['id']}"
    assert client.patch(path, headers=me, json={"min_severity": "notice"}).status_code == 428
    changed = client.patch(path, headers=me | {"If-Match": '"1"'}, json={"min_severity": "notice"})
    assert (changed.json()["min_severity"], changed.headers["etag"]) == ("notice", '"2"')
    assert changed.json()["programmes"] == ["skill-training-bases"]
    assert client.patch(path, headers=me | {"If-Match": '"2"'}, json={"kinds": None}).status_code == 422
    assert client.patch(path, headers=me | {"If-Match": '"2"'}, json={"units": ["mars"]}).status_code == 422
    assert client.patch(path, headers=me | {"If-Match": '"1"'}, json={"programmes": None}).status_code == 412
    assert client.patch(path, headers=me | {"If-Match": '"2"'}, json={"programmes": None}).json()["programmes"] is None
    assert client.delete(path, headers=me).status_code == 428
    assert client.delete(path, headers=me | {"If-Match": '"2"'}).status_code == 412
    gone = client.delete(path, headers=me | {"If-Match": '"3"'})
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.delete(path, headers=me | {"If-Match": '"3"'}).status_code == 404


def test_posts_are_added_with_those_who_stand_in_and_above(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    new = {"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "mayor", "email": "mayor@example.org"}
    assert client.post("/v1/recipients", headers=me, json=new).status_code == 201
    deputy = new | {"code": "deputy", "deputy": "city-leader", "superior": "mayor"}
    assert client.post("/v1/recipients", headers=me, json=deputy).json()["superior"] == "mayor"
    again = client.post("/v1/recipients", headers=me, json=new)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/recipient-exists")
    wrong = new | {"code": "x", "email": "a@b\r\nBcc: c@d", "unit": "mars", "deputy": "nobody", "superior": "x"}
    answer = client.post("/v1/recipients", headers=me, json=wrong)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/email", "/unit", "/deputy", "/superior"]
    assert "Bcc" not in answer.text
    codes = [item["code"] for item in client.get("/v1/recipients", headers=me).json()["items"]]
    assert codes == ["city-leader", "deputy", "donghu-leader", "mayor"]


def test_f11_whoever_handed_a_post_over_gets_nothing_more(client: httpx.Client, city: Database, as_: As) -> None:
    """F11: alerts go to the post; after the handover the new holder reads all of them, the old one none."""
    consume(city, reached(25, 5))
    (post,) = [
        item
        for item in client.get("/v1/recipients", headers=as_("o", Role.OPERATOR)).json()["items"]
        if item["code"] == "city-leader"
    ]
    before, after = as_(post["login"]), as_("new-leader")
    read = {
        name: len(client.get("/v1/alerts", headers=me).json()["items"]) for name, me in (("b", before), ("a", after))
    }
    assert read == {"b": 1, "a": 0}
    path, to = "/v1/recipients/city-leader", {"login": "new-leader", "email": "new@example.org"}
    me = as_("o", Role.OPERATOR) | {"If-Match": f'"{post["version"]}"'}
    answer = client.patch(path, headers=me, json=to)
    assert (answer.status_code, answer.json()["login"], answer.headers["etag"]) == (200, "new-leader", '"2"')
    postman = Postman(*[DELIVERED] * 3)
    while send_next(city, postman, PORTAL):
        pass
    # The one before is told that it was handed over (联系方式变更), and that is the last.
    assert sorted(each.address for each in postman.messages) == [
        "leader@example.org",
        "new@example.org",
        "new@example.org",
    ]
    consume(city, of_another(reached(50, 10)))
    assert client.get("/v1/alerts", headers=before).json()["items"] == []
    kinds = [item["kind"] for item in client.get("/v1/alerts", headers=after).json()["items"]]
    assert kinds == ["milestone_reached", "addresses_changed", "milestone_reached"]
    postman = Postman(DELIVERED)
    while send_next(city, postman, PORTAL):
        pass
    assert [message.address for message in postman.messages] == ["new@example.org"]
    assert client.patch(path, headers=me, json=to).status_code == 412


def test_a_pack_applied_again_does_not_take_a_post_back(client: httpx.Client, as_: As) -> None:
    """A restart applies the pack; who holds the post since is known better here."""
    me = as_("o", Role.OPERATOR) | {"If-Match": '"1"'}
    handed = client.patch("/v1/recipients/city-leader", headers=me, json={"login": "new-leader"}).json()
    body = pack().model_dump(mode="json")
    assert client.put("/v1/policy", headers=as_("b", Role.BUREAU_OFFICER), json=body).json()["changes"] == []
    body["recipients"][0]["post_zh"] = "市长"
    assert client.put("/v1/policy", headers=as_("b", Role.BUREAU_OFFICER), json=body).status_code == 200
    now = next(
        item for item in client.get("/v1/recipients", headers=me).json()["items"] if item["code"] == "city-leader"
    )
    assert now == handed | {"post_zh": "市长", "version": 3}


def test_a_handover_that_cannot_be_names_each_field(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR) | {"If-Match": '"1"'}
    wrong = {"login": None, "email": "a@b\r\nBcc: c@d", "deputy": "nobody", "superior": "city-leader"}
    answer = client.patch("/v1/recipients/city-leader", headers=me, json=wrong)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/login", "/email", "/deputy", "/superior"]
    assert client.patch("/v1/recipients/nobody", headers=me, json={"login": "x"}).status_code == 404


def test_an_idempotency_key_makes_one_post_of_two_requests(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR) | {"Idempotency-Key": "once"}
    new = {"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "mayor"}
    first, second = (client.post("/v1/recipients", headers=me, json=new) for _ in range(2))
    assert (first.status_code, second.status_code, second.headers["idempotent-replayed"]) == (201, 201, "true")
    assert first.json() == second.json()


def test_a_delivery_is_read_sent_again_and_refused_where_it_cannot_be(
    client: httpx.Client, city: Database, as_: As
) -> None:
    me = as_("o", Role.OPERATOR)
    consume(city, reached(100, 5))
    send_next(city, Postman(DELIVERED), PORTAL)
    items = client.get("/v1/deliveries", headers=me, params={"recipient": "city-leader"}).json()["items"]
    by = {item["channel"]: item for item in items}
    assert by["email"]["attempts"][0] | {"started_at": None, "duration_ms": None} == {
        "number": 1, "status": "delivered", "code": "250", "started_at": None, "duration_ms": None, "next_try_at": None,
    }  # fmt: skip
    assert "leader@example.org" not in str(items)
    again = client.post(f"/v1/deliveries/{by['email']['id']}/resend", headers=me)
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    inbox = client.post(f"/v1/deliveries/{by['inbox']['id']}/resend", headers=me)
    assert (inbox.status_code, inbox.json()["type"]) == (409, "/problems/nothing-to-send")
    assert client.post(f"/v1/deliveries/{NOBODY}/resend", headers=me).status_code == 404
    assert client.get("/v1/deliveries", headers=me, params={"state": "failed"}).json()["items"] == []


def test_a_channel_is_tried_out_and_the_ledger_tells_how_it_went(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = as_("o", Role.OPERATOR)
    monkeypatch.setenv("TALENT_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("TALENT_SMTP_PASSWORD", "not-to-be-told")
    channels = client.get("/v1/channels", headers=me)
    assert [(c["id"], c["name"], c["by"]) for c in channels.json()["items"]] == [
        ("inbox", "收件箱", "database"),
        ("email", "电子邮件", "smtp"),
    ]
    assert "not-to-be-told" not in channels.text
    tried = client.post("/v1/channels/email/test", headers=me, json={"recipient": "city-leader"})
    assert (tried.status_code, tried.json()["alert_id"]) == (202, None)
    postman = Postman(DELIVERED)
    send_next(city, postman, PORTAL)
    assert "渠道测试" in postman.messages[0].subject
    assert client.get(tried.headers["location"], headers=me).json()["state"] == "delivered"
    nowhere = client.post("/v1/channels/email/test", headers=me, json={"recipient": "donghu-leader"})
    assert nowhere.json()["errors"][0]["code"] == "address_missing"
    unknown = client.post("/v1/channels/email/test", headers=me, json={"recipient": "nobody"})
    assert unknown.json()["errors"][0]["code"] == "recipient_unknown"
    assert client.post("/v1/channels/pigeon/test", headers=me, json={"recipient": "city-leader"}).status_code == 404


def test_a_policy_is_compared_applied_and_the_second_time_changes_nothing(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    body = pack().model_dump(mode="json")
    assert client.put("/v1/policy", headers=me, json=body).json()["changes"] == []
    body["recipients"].append({"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "mayor"})
    body["recipients"][0]["email"] = "office@example.org"
    expected = [
        {"action": "changed", "kind": "recipient", "code": "city-leader"},
        {"action": "added", "kind": "recipient", "code": "mayor"},
        {"action": "added", "kind": "subscription", "code": "mayor"},
    ]
    dry = client.put("/v1/policy", headers=me, params={"dry_run": "true"}, json=body)
    assert (dry.json()["dry_run"], dry.json()["changes"]) == (True, expected)
    assert len(client.get("/v1/recipients", headers=me).json()["items"]) == 2
    assert client.put("/v1/policy", headers=me, json=body).json()["changes"] == expected
    assert client.put("/v1/policy", headers=me, json=body).json()["changes"] == []
    subscriptions = client.get("/v1/subscriptions", headers=me, params={"recipient": "mayor"}).json()["items"]
    [default] = subscriptions
    assert default["kinds"] == [
        *("milestone_reached", "milestone_fallen_back", "milestone_regained", "correction", "cap_filled", "overrun"),
        *("behind_pace", "pace_recovered", "silent_partner"),
    ]
    assert (default["channels"], default["programmes"]) == (["inbox", "email"], None)


def test_a_subscription_that_was_ended_does_not_come_back_with_the_pack(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    [old] = client.get("/v1/subscriptions", headers=me, params={"recipient": "city-leader"}).json()["items"]
    client.delete(f"/v1/subscriptions/{old['id']}", headers=me | {"If-Match": '"1"'})
    assert client.put("/v1/policy", headers=me, json=pack().model_dump(mode="json")).json()["changes"] == []
    assert client.get("/v1/subscriptions", headers=me, params={"recipient": "city-leader"}).json()["items"] == []


def test_a_broken_pack_changes_nothing_and_names_the_place(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    body = pack().model_dump(mode="json")
    body["recipients"][0] |= {"email": "two@example.org, three@example.org", "unit": "mars"}
    answer = client.put("/v1/policy", headers=me, json=body)
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/recipients/0/email", "/recipients/0/unit"}
    assert client.get("/v1/recipients", headers=me).json()["items"][0]["email"] == "leader@example.org"


def test_the_document_in_force_is_told(client: httpx.Client, as_: As) -> None:
    document = client.get("/v1/policy", headers=as_("leader")).json()["document"]
    assert (document["number"], document["issued_on"]) == ("洪府发〔2018〕39号", "2018-12-18")
