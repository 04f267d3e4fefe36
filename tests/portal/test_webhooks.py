"""Endpoints in the portal: an institution's own people add, try, change and remove them; a secret is shown once."""

from typing import Any

import httpx
import pytest

from services.portal.pages.webhooks.rendering import EVENTS
from shared.contracts.registration import REGISTRATION_EVENTS
from tests.portal.conftest import GONE, City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

ID = "01a221cd-54f3-75bc-ad17-94fa6aa951d1"
REGISTRATION = "01a221cd-54f3-75bc-ad17-94fa6aa951d2"
API, PAGE = "/v1/webhook-endpoints", f"/webhooks/{ID}"
EVERY = list(EVENTS)
ENDPOINT: dict[str, Any] = {
    "id": ID, "url": "https://hr.example.org/hooks?<b>", "events": EVERY, "description": "人事系统", "enabled": True,
    "failing_since": None, "disabled_at": None, "disabled_code": None, "previous_secret_until": None, "version": 3,
}  # fmt: skip
DELIVERY: dict[str, Any] = {
    "id": ID, "event_id": ID, "type": "registry.registration.recognised.v1", "registration_id": REGISTRATION,
    "happened_at": "2019-07-01T00:00:00Z", "state": "pending", "created_at": "2019-07-01T00:00:00Z",
    "attempts": [{"number": 1, "status": "retry", "code": "503", "started_at": "2019-07-01T00:00:01Z",
                  "next_try_at": "2019-07-01T00:05:00Z"}],
}  # fmt: skip


@pytest.fixture
def clerk(page: httpx.Client, city: City) -> httpx.Client:
    """A clerk of an institution with one endpoint, signed in."""
    city.role = "institution_clerk"
    sign_in(page)
    city.answers |= {API: [ENDPOINT], f"{API}/{ID}": ENDPOINT, f"{API}/{ID}/deliveries": [DELIVERY]}
    return page


def send(page: httpx.Client, path: str, at: str = PAGE, **form: str) -> httpx.Response:
    return page.post(path, data={"csrf_token": token_in(page.get(at).text), **form})


def test_every_event_that_is_sent_has_a_name_here() -> None:
    assert [event.type for event in REGISTRATION_EVENTS] == EVERY


def test_an_institutions_people_see_their_endpoints_and_nobody_else_has_the_page(
    clerk: httpx.Client, city: City
) -> None:
    listed, shown = clerk.get("/webhooks").text, clerk.get(PAGE).text
    assert ("hooks?&lt;b&gt;" in listed, "推送中" in listed, "全部办理结果" in listed) == (True, True, True)
    assert (f"/registrations/{REGISTRATION}" in shown, "对方答复503" in shown, "再试" in shown) == (True,) * 3
    for role in ("leader", "bureau_officer", "auditor", "operator", "district_officer"):
        city.role = role
        sign_in(clerk)
        assert clerk.get("/webhooks").status_code == 403, role


def test_one_is_added_and_its_secret_shown_this_once(clerk: httpx.Client, city: City) -> None:
    city.answers[f"POST {API}"] = ENDPOINT | {"secret": "whsec_shown-once"}
    form = {"url": " https://hr.example.org/hooks ", "description": "", f"events.{EVERY[2]}": "on"}
    made = send(clerk, "/webhooks", "/webhooks", **form)
    assert (made.status_code, "whsec_shown-once" in made.text) == (200, True)
    assert city.written[-1][2] == {"url": form["url"].strip(), "description": None, "events": [EVERY[2]]}
    city.answers[f"POST {API}"] = ENDPOINT | {"secret": None}
    assert "不再显示；未保存的请更换密钥" in send(clerk, "/webhooks", "/webhooks", **form).text
    fault = {"pointer": "/url", "detail": "须为 https 网址"}
    city.problems[f"POST {API}"] = {"status": 422, "title": "x", "errors": [fault]}
    refused = send(clerk, "/webhooks", "/webhooks", url="http://hr.example.org")
    assert (refused.status_code, 'href="#url"' in refused.text) == (422, True)
    assert Read(refused.text).fields["url"] == "http://hr.example.org"


def test_it_is_changed_and_removed_in_the_version_that_was_seen(clerk: httpx.Client, city: City) -> None:
    form = {"version": "3", "url": ENDPOINT["url"], "description": "人事系统"}
    city.answers[f"PATCH {API}/{ID}"] = ENDPOINT
    assert send(clerk, PAGE, **form).status_code == 303
    assert (city.written[-1][2], city.versions[-1]) == (
        {"url": ENDPOINT["url"], "description": "人事系统", "events": None, "enabled": False},
        '"3"',
    )
    city.problems[f"PATCH {API}/{ID}"] = {"status": 412, "title": "x", "detail": "已被他人更改"}
    assert "其他人已经作了修改" in send(clerk, PAGE, **form | {"enabled": "on"}).text
    city.problems[f"PATCH {API}/{ID}"] = {"status": 409, "title": "x", "detail": "本单位已停用，不再推送"}
    assert "本单位已停用，不再推送" in send(clerk, PAGE, **form | {"enabled": "on"}).text
    assert 'name="enabled">' in send(clerk, PAGE, **form).text  # a box that was emptied stays empty
    before = clerk.get(f"{PAGE}/remove").text
    assert "删除这个回调地址？" in before
    city.answers[f"DELETE {API}/{ID}"] = GONE
    assert clerk.post(f"{PAGE}/remove", data=Read(before).fields).status_code == 303
    assert city.versions[-1] == '"3"'


def test_a_trial_another_secret_and_what_happened_since_a_day(clerk: httpx.Client, city: City) -> None:
    city.answers[f"POST {API}/{ID}/test"] = DELIVERY | {"registration_id": None}
    assert send(clerk, f"{PAGE}/test").headers["location"] == PAGE
    city.answers[f"POST {API}/{ID}/rotate"] = ENDPOINT | {"secret": "whsec_another"}
    assert "一天内新旧密钥同时有效" in clerk.get(f"{PAGE}/rotate").text
    assert "whsec_another" in send(clerk, f"{PAGE}/rotate", f"{PAGE}/rotate").text
    city.answers[f"POST {API}/{ID}/replay"] = {"endpoint_id": ID, "resent": 1200}
    again = send(clerk, f"{PAGE}/replay", since="2019-07-01")
    assert city.written[-1][2] == {"since": "2019-06-30T16:00:00+00:00"}
    assert again.headers["location"] == f"{PAGE}?resent=1200"
    assert "已安排补发 1,200 条。" in clerk.get(again.headers["location"]).text
    assert "没有可补发的" in clerk.get(f"{PAGE}?resent=0").text
    assert "1 event is on its way again." in clerk.get(f"{PAGE}?resent=1&lang=en").text
    count = len(city.written)
    refused = send(clerk, f"{PAGE}/replay", since="昨天")
    assert (len(city.written), refused.status_code, Read(refused.text).fields["since"]) == (count, 422, "昨天")
    assert ('href="#since"' in refused.text, "%2B" in refused.text) == (True, False)  # it asks for a day, no instant


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"failing_since": "2019-07-01T00:00:00Z"}, "起不通"),
        ({"enabled": False, "disabled_code": "410", "disabled_at": "2019-07-01T00:00:00Z"}, "自动停用（对方答复410）"),
        ({"enabled": False, "disabled_code": "institution_inactive"}, "请联系人社局"),
        ({"enabled": False, "disabled_at": "2019-07-01T00:00:00Z"}, "要恢复，请在下方勾选“启用”"),
        ({"previous_secret_until": "2019-07-01T00:00:00Z"}, "旧密钥有效至"),
    ],
)
def test_what_is_the_matter_with_one_is_said(clerk: httpx.Client, city: City, kept: dict[str, Any], said: str) -> None:
    city.answers[f"{API}/{ID}"] = ENDPOINT | kept
    shown = clerk.get(PAGE).text
    assert said in shown
    assert ('action="/webhooks/' + ID + '/test"' in shown) is kept.get("enabled", True)
