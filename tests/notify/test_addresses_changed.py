"""Whoever keeps the addresses of posts signs for nobody: a new one has no link for a day, and the post hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from services.notify.recipients.commands import set_addresses
from services.notify.recipients.rules import LINKS_AFTER
from services.notify.subscriptions.models import AlertSubscription
from shared import clock
from shared.auth import Role
from shared.contracts.quota import PaceBehind
from shared.db import Database
from tests.notify.conftest import consume, pace, pack, reached, send_next
from tests.notify.test_deliveries import BUSY, DELIVERED, PORTAL, Postman

As = Callable[..., dict[str, str]]
POST, THERE = "/v1/recipients/city-leader", "leader@example.org"
ELSEWHERE = "elsewhere@example.org"
NOTICE, LINK = "联系方式变更", f"{PORTAL}/sign/"


def letters(city: Database, postman: Postman | None = None) -> list[tuple[str, bool, bool]]:
    """All that is due goes; each by its address, whether it says that the post is reached elsewhere, and has a link."""
    postman = postman or Postman(*[DELIVERED] * 20)
    while send_next(city, postman, PORTAL):
        pass
    return sorted((each.address, NOTICE in each.subject, LINK in each.text) for each in postman.messages)


def change(client: httpx.Client, me: dict[str, str], version: int, **to: Any) -> None:
    answer = client.patch(POST, headers=me | {"If-Match": f'"{version}"'}, json=to)
    assert answer.status_code == 200, answer.text


def kinds_of(client: httpx.Client, me: dict[str, str]) -> list[str]:
    return sorted(item["kind"] for item in client.get("/v1/alerts", headers=me).json()["items"])


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BUREAU_OFFICER])
def test_w05_a_leaders_mail_led_elsewhere_signs_for_nothing_and_the_leader_hears_of_it(
    client: httpx.Client, city: Database, as_: As, role: Role
) -> None:
    change(client, as_("insider", role), 1, email=ELSEWHERE)
    consume(city, pace(PaceBehind, "-30.00"))
    assert letters(city) == [(ELSEWHERE, False, False), (ELSEWHERE, True, False), (THERE, True, False)]
    assert kinds_of(client, as_("leader")) == ["addresses_changed", "behind_pace"]


def test_w05_after_a_day_links_go_there_and_what_was_there_before_keeps_them(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [{"channel": "email", "address": address} for address in (ELSEWHERE, THERE)]
    change(client, as_("o", Role.OPERATOR), 1, addresses=both)
    consume(city, reached(25, 5))
    assert letters(city) == [
        (ELSEWHERE, False, False), (ELSEWHERE, True, False), (THERE, False, True), (THERE, True, True),
    ]  # fmt: skip
    later = clock.now() + LINKS_AFTER
    monkeypatch.setattr(clock, "now", lambda: later)
    consume(city, pace(PaceBehind, "-30.00"))
    assert letters(city) == [(ELSEWHERE, False, True), (THERE, False, True)]


def test_w05_to_change_it_twice_hides_nothing(client: httpx.Client, city: Database, as_: As) -> None:
    """The first word is under way to where the post was reached, and goes there however often it moves."""
    me = as_("o", Role.OPERATOR)
    for version, address in enumerate((ELSEWHERE, "third@example.org", None), start=1):
        change(client, me, version, email=address)
    heard_at = [address for address, notice, _ in letters(city) if notice]
    assert sorted(heard_at) == ["", "", ELSEWHERE, THERE, "third@example.org"]
    assert kinds_of(client, as_("leader")) == ["addresses_changed"] * 3


def test_w05_word_of_it_is_tried_again_and_sent_again_at_the_address_before(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = as_("o", Role.OPERATOR)
    change(client, me, 1, email=None)
    assert letters(city, Postman(BUSY)) == [(THERE, True, False)]
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert letters(city) == [(THERE, True, False)]
    (there,) = client.get("/v1/deliveries", headers=me, params={"channel": "email"}).json()["items"]
    assert client.post(f"/v1/deliveries/{there['id']}/resend", headers=me).status_code == 202
    assert letters(city) == [(THERE, True, False)]


def test_w05_another_holder_has_no_link_at_the_address_of_the_one_before(
    client: httpx.Client, city: Database, as_: As
) -> None:
    """Given with the address that the post had: it may be read by whoever named it, and would sign for the new one."""
    change(client, as_("o", Role.OPERATOR), 1, login="successor", email=THERE)
    consume(city, pace(PaceBehind, "-30.00"))
    assert letters(city) == [(THERE, False, False), (THERE, True, False)]
    assert kinds_of(client, as_("successor")) == ["addresses_changed", "behind_pace"]


def test_w05_a_new_post_that_one_person_made_has_no_link_either(client: httpx.Client, city: Database, as_: As) -> None:
    new = {"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "leader", "email": ELSEWHERE}
    assert client.post("/v1/recipients", headers=as_("o", Role.OPERATOR), json=new).status_code == 201
    consume(city, reached(25, 5))
    assert letters(city) == [(ELSEWHERE, False, False), (ELSEWHERE, True, False), (THERE, False, True)]


def test_w05_nor_by_a_policy_pack_which_one_person_gives(client: httpx.Client, city: Database, as_: As) -> None:
    body = pack().model_dump(mode="json")
    body["recipients"][0]["email"] = ELSEWHERE
    me = as_("b", Role.BUREAU_OFFICER)
    for dry_run in (True, False, False):  # tried, applied, and applied again
        assert client.put("/v1/policy", headers=me, json=body, params={"dry_run": dry_run}).status_code == 200
    consume(city, reached(25, 5))
    assert letters(city) == [(ELSEWHERE, False, False), (ELSEWHERE, True, False), (THERE, True, False)]


def test_w05_mail_by_a_server_that_somebody_connected_has_no_link(
    client: httpx.Client, city: Database, as_: As
) -> None:
    """Whoever connects it may read all that goes through it."""
    me = as_("o", Role.OPERATOR)
    settings = {
        "host": "mail.example.org",
        "port": 587,
        "user": "talent",
        "password": "not-to-be-shown",
        "tls": "starttls",
    }
    new = {"code": "gov-mail", "kind": "email", "name": "政务邮箱", "settings": settings}
    client.post("/v1/channels", headers=me, json=new).raise_for_status()
    with city.writing() as session:
        set_addresses(session, {"city-leader": [("email", THERE), ("gov-mail", THERE)]}, None)
        for subscription in session.exec(select(AlertSubscription)):
            subscription.channels = ["inbox", "email", "gov-mail"]
    consume(city, reached(25, 5))
    postmen = {code: Postman(DELIVERED) for code in ("gov-mail", "email")}
    for code, postman in postmen.items():
        assert send_next(city, postman, PORTAL, code) == 1
    assert {code: LINK in each.messages[0].text for code, each in postmen.items()} == {"gov-mail": False, "email": True}


def test_what_changes_neither_holder_nor_address_is_not_told(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    change(client, me, 1, language="en", leave_from="2026-01-01", leave_to="2026-01-02")
    change(client, me, 2, email=THERE, login="leader")
    assert (letters(city), kinds_of(client, as_("leader"))) == ([], [])


def test_it_says_so_in_both_languages_and_when(client: httpx.Client, city: Database, as_: As) -> None:
    change(client, as_("o", Role.OPERATOR), 1, email=ELSEWHERE)
    day = datetime.date(clock.local(clock.now()))
    said = {
        language: client.get("/v1/alerts", headers=as_("leader") | {"Accept-Language": language}).json()["items"][0]
        for language in ("zh", "en")
    }
    assert said["zh"]["title"] == "分管市领导：联系方式变更"
    assert said["zh"]["body"].startswith(f"{day.year}年{day.month}月{day.day}日，")
    assert said["en"]["title"] == "City leader: reached elsewhere from now on"
    assert ELSEWHERE not in str(said)
