"""Channels are connected, changed and removed over HTTP; their settings never come back."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlmodel import select

from services.notify.connections import commands
from services.notify.connections.models import Connection, settings_of
from services.notify.deliveries.workers import send_by_connected, senders
from shared.auth import Role
from shared.contracts.quota import MilestoneFallenBack
from shared.db import Database
from shared.service import Context
from tests.notify.conftest import At, consume, forget_what_was_said, milestone, of_another, reached
from tests.notify.test_institution_webhooks import OPERATOR
from tests.receivers import receiver

As = Callable[..., dict[str, str]]
Json = dict[str, Any]
MAIL = {"host": "127.0.0.1", "port": 1, "user": "talent", "password": "not-to-be-shown", "tls": "none"}
NEW = {"code": "gov-mail", "kind": "email", "name": "政务邮箱", "settings": MAIL}


def test_a_channel_is_connected_and_its_settings_stay_inside(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    made = client.post("/v1/channels", headers=me, json=NEW)
    assert (made.status_code, made.headers["location"]) == (201, "/v1/channels/gov-mail")
    assert made.json() | {"by": ""} == {
        **{"id": "gov-mail", "code": "gov-mail", "kind": "email", "name": "政务邮箱", "by": "", "enabled": True},
        **{"broken": None, "broken_at": None, "per_minute": None, "version": 1},
    }
    assert client.post("/v1/channels", headers=me, json=NEW).json()["type"] == "/problems/channel-exists"
    assert client.post("/v1/channels", headers=me, json=NEW | {"code": "inbox"}).status_code == 409
    listed = client.get("/v1/channels", headers=as_("a", Role.AUDITOR))
    assert [each["id"] for each in listed.json()["items"]] == ["inbox", "email", "gov-mail"]
    path = "/v1/channels/gov-mail"
    change = {"settings": {"sender": "talent@example.invalid"}, "name": "邮箱"}
    changed = client.patch(path, headers=me | {"If-Match": '"1"'}, json=change)
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "邮箱", 2)
    shown = [made, listed, changed, client.get(path, headers=me)]
    assert not [answer for answer in shown if "not-to-be-shown" in answer.text or "127.0.0.1" in answer.text]
    with city.reading() as session:
        kept = session.exec(select(Connection)).one()
        assert b"not-to-be-shown" not in kept.settings
        assert ("not-to-be-shown" in settings_of(kept), "talent@example" in settings_of(kept)) == (True, True)
    stale, newest = me | {"If-Match": '"1"'}, me | {"If-Match": '"2"'}
    assert client.delete(path, headers=stale).status_code == 412
    assert client.delete("/v1/channels/email", headers=newest).json()["type"] == "/problems/channel-built-in"
    assert client.delete(path, headers=newest).status_code == 204
    assert client.get(path, headers=me).status_code == 404


def test_no_secret_follows_a_channel_to_another_address_unless_it_is_stated_again(
    client: httpx.Client, city: Database, as_: As
) -> None:
    """W05's neighbour: who connects channels has the password of another's mail server sent to a server of his own."""
    me = as_("o", Role.OPERATOR) | {"If-Match": "*"}
    gateway = {"url": "https://sms.example.invalid/send", "secret": "not-to-be-shown"}
    tried: list[tuple[str, str, Json, list[Json], str]] = [
        ("gov-mail", "email", MAIL, [{"host": "other.invalid"}, {"port": 25}, {"tls": "starttls"}], "password"),
        ("gov-sms", "sms", gateway, [{"url": "https://other.invalid/send"}], "secret"),
        ("gov-hook", "dingtalk", gateway, [{"url": "https://other.invalid/send"}], "secret"),
    ]
    for code, kind, held, elsewhere, secret in tried:
        made = client.post("/v1/channels", headers=me, json=NEW | {"code": code, "kind": kind, "settings": held})
        assert made.status_code == 201, made.text
        for change in elsewhere:
            refused = client.patch(f"/v1/channels/{code}", headers=me, json={"settings": change})
            found = [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
            assert (refused.status_code, found) == (422, [(f"/settings/{secret}", "secret_needed")])
        same = {"settings": {name: held[name] for name in held if name != secret}}
        assert client.patch(f"/v1/channels/{code}", headers=me, json=same).status_code == 200
        stated = {"settings": elsewhere[0] | {secret: "another-one"}}
        assert client.patch(f"/v1/channels/{code}", headers=me, json=stated).status_code == 200
    with city.reading() as session:
        kept = [settings_of(each) for each in session.exec(select(Connection))]
    assert ["not-to-be-shown" in each for each in kept] == [False] * 3


def test_settings_that_its_kind_does_not_have_are_refused_by_name(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    for changes, pointer in (
        ({"kind": "pigeon"}, "/kind"),
        ({"code": "Gov"}, "/code"),
        ({"settings": {}}, "/settings/host"),
        ({"settings": MAIL | {"pasword": "not-to-be-shown"}}, "/settings/pasword"),
        ({"settings": MAIL | {"port": "not-to-be-shown"}}, "/settings/port"),
    ):
        refused = client.post("/v1/channels", headers=me, json=NEW | changes)
        found = {each["pointer"] for each in refused.json()["errors"]}
        assert (refused.status_code, found, "not-to-be-shown" in refused.text) == (422, {pointer}, False)


def test_what_goes_by_a_connected_channel_and_what_rests(
    client: httpx.Client, context: Context, city: Database, as_: As
) -> None:
    me = as_("o", Role.OPERATOR)
    client.post("/v1/channels", headers=me, json=NEW).raise_for_status()
    subscription = {"recipient": "donghu-leader", "channels": ["gov-mail"]}
    client.post("/v1/subscriptions", headers=me, json=subscription).raise_for_status()
    to = {"addresses": [{"channel": "gov-mail", "address": "donghu@example.org"}]}
    client.patch("/v1/recipients/donghu-leader", headers=me | {"If-Match": '"1"'}, json=to).raise_for_status()
    forget_what_was_said(city)
    consume(city, reached(50, 1, unit="donghu"))
    (by_connected,) = [each for each in senders(context) if getattr(each, "func", None) is send_by_connected]
    assert [by_connected(), by_connected()] == [1, 0]
    (sent,) = client.get("/v1/deliveries", headers=me, params={"channel": "gov-mail"}).json()["items"]
    assert (sent["state"], sent["attempts"][0]["code"]) == ("pending", "unreachable")
    with city.writing() as session:
        assert not commands.mark_broken(session, "gov-mail", "550", version=2)
        assert commands.mark_broken(session, "gov-mail", "550", version=1)
        assert not commands.mark_broken(session, "gov-mail", "551", version=2)
    consume(city, reached(75, 2, unit="donghu"))
    assert len(client.get("/v1/deliveries", headers=me, params={"channel": "gov-mail"}).json()["items"]) == 1
    path = "/v1/channels/gov-mail"
    assert client.get(path, headers=me).json()["broken"] == "550"
    again = client.patch(path, headers=me | {"If-Match": "*"}, json={"enabled": True})
    assert (again.json()["broken"], again.json()["version"]) == (None, 3)
    consume(city, reached(90, 3, unit="donghu"))
    assert len(client.get("/v1/deliveries", headers=me, params={"channel": "gov-mail"}).json()["items"]) == 2


@pytest.mark.parametrize("duty", ["operator", "bureau"])
def test_n2_a_robot_that_is_gone_rests_and_who_mends_it_hears_of_it_once(
    client: httpx.Client, context: Context, city: Database, as_: As, duty: str
) -> None:
    me, mender = as_("o", Role.OPERATOR), as_("op", Role.OPERATOR)
    post = OPERATOR | {"duty": duty}
    assert client.post("/v1/recipients", headers=as_("b", Role.BUREAU_OFFICER), json=post).status_code == 201
    forget_what_was_said(city)
    with receiver() as group:
        group.judge = lambda _: (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
        robot = {"code": "hall", "kind": "wecom", "name": "工作群", "settings": {"url": group.url}}
        assert client.post("/v1/channels", headers=me, json=robot).status_code == 201
        for to in ("city-leader", "donghu-leader"):
            client.post("/v1/channels/hall/test", headers=me, json={"recipient": to}).raise_for_status()
        while send_by_connected(context, "", {}):
            pass
        assert len(group.received) == 1
    assert client.get("/v1/channels/hall", headers=me).json()["broken"] == "93000"
    (alert,) = client.get("/v1/alerts", headers=mender).json()["items"]
    about = (alert["kind"], alert["subject_ref"], alert["title"])
    assert about == ("channel_broken", "hall", "提醒渠道故障停用：工作群")
    assert ("93000" in alert["body"], "127.0.0.1" in str(alert)) == (True, False)
    assert client.get("/v1/alerts", headers=as_("leader")).json()["items"] == []


def test_n7_what_a_robot_may_have_is_repeated_once_and_says_so(
    client: httpx.Client, context: Context, city: Database, as_: As, at: At
) -> None:
    """The robot takes it and hangs up, each time; sent again by hand it says so too."""
    me = as_("o", Role.OPERATOR)
    with receiver() as group:
        group.behaviour = "drop"
        robot = {"code": "hall", "kind": "wecom", "name": "工作群", "settings": {"url": group.url}}
        client.post("/v1/channels", headers=me, json=robot).raise_for_status()
        sent = client.post("/v1/channels/hall/test", headers=me, json={"recipient": "city-leader"}).json()
        for later in ("2027-03-01T09:00", "2027-03-01T09:10", "2027-03-01T12:00"):
            at(later)
            while send_by_connected(context, "", {}):
                pass
        group.behaviour, group.judge = "answer", lambda _: (200, {}, b'{"errcode":0,"errmsg":"ok"}')
        client.post(f"/v1/deliveries/{sent['id']}/resend", headers=as_("o", Role.OPERATOR)).raise_for_status()
        at("2027-03-01T12:01")
        while send_by_connected(context, "", {}):
            pass
    texts = [json.loads(each.body)["text"]["content"] for each in group.received]
    assert [text.startswith("（重发）【人才计划提醒】") for text in texts] == [False, True, True]
    found = client.get("/v1/deliveries", headers=as_("o", Role.OPERATOR), params={"channel": "hall"}).json()["items"]
    (attempts,) = [each["attempts"] for each in found]
    how = [(each["status"], each["code"]) for each in attempts]
    assert how == [("unknown", "disconnected"), ("failed", "disconnected"), ("delivered", "0")]


def all_by_robot(client: httpx.Client, city: Database, me: dict[str, str], kind: str, url: str) -> None:
    """Connect a robot as `hall`, have every subscription go by it alone, and give the post that has none an e-mail."""
    robot = {"code": "hall", "kind": kind, "name": "工作群", "settings": {"url": url}}
    client.post("/v1/channels", headers=me, json=robot).raise_for_status()
    for own in client.get("/v1/subscriptions", headers=me).json()["items"]:
        path = f"/v1/subscriptions/{own['id']}"
        client.patch(path, headers=me, json={"channels": ["hall"]}).raise_for_status()
    to = {"addresses": [{"channel": "email", "address": "donghu@example.org"}]}
    client.patch("/v1/recipients/donghu-leader", headers=me, json=to).raise_for_status()
    forget_what_was_said(city)


def test_n2_what_a_robot_that_is_gone_would_have_carried_goes_by_mail(
    client: httpx.Client, context: Context, city: Database, as_: As
) -> None:
    """What it refused and what waited behind that; a trial of it goes no other way."""
    me = as_("o", Role.OPERATOR) | {"If-Match": "*"}
    with receiver() as group:
        group.judge = lambda _: (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
        all_by_robot(client, city, me, "wecom", group.url)
        consume(city, reached(50, 1, unit="donghu"))
        client.post("/v1/channels/hall/test", headers=me, json={"recipient": "city-leader"}).raise_for_status()

        def by_mail() -> list[tuple[str, str, bool]]:
            found = client.get("/v1/deliveries", headers=me, params={"channel": "email"}).json()["items"]
            return sorted((each["recipient"], each["state"], each["alert_id"] is None) for each in found)

        assert by_mail() == []
        while send_by_connected(context, "", {}):
            pass
        assert len(group.received) == 1
    assert by_mail() == [("city-leader", "pending", False), ("donghu-leader", "pending", False)]


def test_n3_what_is_urgent_does_not_wait_for_a_robot_that_is_muted(
    client: httpx.Client, context: Context, city: Database, as_: As, at: At
) -> None:
    """A warning goes by mail at once, whether it was refused or came later, and by the robot as well when it may."""
    me = as_("o", Role.OPERATOR) | {"If-Match": "*"}

    def goes(channel: str) -> list[tuple[str, str]]:
        found = client.get("/v1/deliveries", headers=me, params={"channel": channel}).json()["items"]
        return sorted((each["recipient"], each["state"]) for each in found)

    def send() -> None:
        while send_by_connected(context, "", {}):
            pass

    with receiver() as group:
        group.judge = lambda _: (200, {}, b'{"errcode":130101,"errmsg":"send too fast"}')
        all_by_robot(client, city, me, "dingtalk", group.url)
        fallen = [milestone(MilestoneFallenBack, 50, 0, unit="donghu") for _ in range(2)]
        waits = [("city-leader", "pending"), ("donghu-leader", "pending")]
        at("2027-03-01T09:00")
        consume(city, reached(50, 1, unit="donghu"))
        send()
        assert goes("email") == []  # a milestone can wait for ten minutes
        at("2027-03-01T09:01")
        consume(city, fallen[0])
        send()
        assert goes("email") == waits
        at("2027-03-01T09:11")
        consume(city, of_another(fallen[1]))
        send()  # muted again
        assert goes("email") == sorted(waits * 2)
        group.judge = lambda _: (200, {}, b'{"errcode":0,"errmsg":"ok"}')
        for minute in range(22, 40):
            at(f"2027-03-01T09:{minute}")
            send()
    assert {state for _, state in goes("hall")} <= {"delivered", "skipped"}
    assert goes("email") == sorted(waits * 2)
