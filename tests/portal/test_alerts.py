"""Alerts in the portal: signed for once, shown on open pages as they are raised, and sent again."""

import json
from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

ID = "01a221cd-54f3-75bc-ad17-94fa6aa951d1"
ALERT: dict[str, Any] = {
    "id": ID,
    "severity": "notice",
    "title": "青年人才<b>达成80%节点</b>",
    "body": "累计12,000名，完成率80.0%。",
    "state": "open",
    "raised_at": "2019-07-02T01:00:00Z",
    "recipient": "mayor",
    "facts": {"link": "/?as_of=2019-07-01#youth-intake"},
}
DELIVERY: dict[str, Any] = {
    "id": "01a221cd-54f3-75bc-ad17-94fa6aa951d2",
    "alert_id": ID,
    "recipient": "mayor",
    "channel": "email",
    "state": "failed",
    "created_at": "2019-07-02T01:00:00Z",
    "attempts": [{"number": 1, "status": "failed", "code": "550", "started_at": "2019-07-02T01:00:00Z"}],
}


@pytest.fixture
def leader(page: httpx.Client, city: City) -> httpx.Client:
    sign_in(page)
    city.answers |= {"/v1/alerts": [ALERT], f"/v1/alerts/{ID}": ALERT, "/v1/deliveries": [DELIVERY]}
    return page


def test_a_leader_signs_for_what_waits_and_sees_no_delivery(leader: httpx.Client, city: City) -> None:
    inbox = leader.get("/alerts").text
    assert ("/v1/alerts", {"state": "open", "limit": "50"}, "zh") in city.requests
    assert "<b>达成" not in inbox
    answer = leader.post(f"/alerts/{ID}/acknowledge", data={"csrf_token": token_in(inbox)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts/{ID}")
    assert city.written[-1][0] == f"/v1/alerts/{ID}/acknowledge"
    shown = leader.get(f"/alerts/{ID}?lang=en").text
    assert 'href="/?as_of=2019-07-01#youth-intake"' in shown
    assert "Deliveries" not in shown
    assert leader.get("/deliveries").status_code == 403
    for link in ("//elsewhere.example/", "/\\elsewhere.example/", "javascript:elsewhere()"):
        city.answers[f"/v1/alerts/{ID}"] = ALERT | {"facts": {"link": link}, "state": "acknowledged"}
        after = leader.get(f"/alerts/{ID}").text
        assert "elsewhere" not in after
        assert "/acknowledge" not in after


def test_every_open_page_shows_an_alert_as_it_is_raised(leader: httpx.Client, city: City) -> None:
    (place,) = (each for each in Read(leader.get("/").text).all("div") if each.get("data-stream"))
    city.answers["/v1/stream"] = f"retry: 3000\n\nevent: alert\ndata: {json.dumps(ALERT)}\nid: 7-x\n\n".encode()
    sent = leader.get(str(place["data-stream"]), params={"after": "6-x"})
    assert sent.headers["content-type"].startswith("text/event-stream")
    assert "event: add\n" in sent.text
    assert "id: 7-x" in sent.text
    assert f'href="/alerts/{ID}"' in sent.text
    assert "&lt;b&gt;" in sent.text
    city.down.add("/v1/stream")
    assert leader.get("/alerts/stream").status_code == 503


def test_who_has_not_signed_in_is_given_no_script_and_no_stream(page: httpx.Client) -> None:
    shown = page.get("/")
    assert "<script" not in shown.text
    assert "data-stream" not in shown.text
    assert "script-src" not in shown.headers["content-security-policy"]
    assert page.get("/alerts/stream").status_code == 403


def test_an_operator_sends_again_what_failed_and_an_auditor_only_looks(leader: httpx.Client, city: City) -> None:
    city.role = "operator"
    sign_in(leader)
    shown = leader.get("/deliveries?state=failed").text
    assert "550" in shown
    path = f"/deliveries/{DELIVERY['id']}/resend"
    assert leader.post(path, data={"csrf_token": token_in(shown)}).status_code == 303
    assert city.written[-1][0] == f"/v1{path}"
    city.problems[f"/v1{path}"] = {"status": 409, "title": "x", "detail": "正在发送"}
    assert "正在发送" in leader.post(path, data={"csrf_token": token_in(shown)}).text
    city.role = "auditor"
    sign_in(leader)
    assert "/resend" not in leader.get("/deliveries").text
    assert "未送达" in leader.get(f"/alerts/{ID}").text


def test_what_goes_to_an_institution_has_its_name_and_a_failure_its_words(leader: httpx.Client, city: City) -> None:
    city.role = "operator"
    sign_in(leader)
    failed = DELIVERY["attempts"][0] | {"code": "unresolved"}
    to = {"alert_id": None, "recipient": f"institution-{ID}", "channel": "ep:0123456789abcdef", "attempts": [failed]}
    city.answers["/v1/deliveries"] = [DELIVERY | to]
    city.answers["/v1/institutions"] = [{"id": ID, "name": "赣江示范"}]
    shown = Read(leader.get("/deliveries").text).text
    assert ("赣江示范 · 系统回调" in shown, "找不到域名" in shown, "渠道测试" in shown) == (True, True, False)
    city.down.add("/v1/institutions")
    assert "合作单位 · 系统回调" in Read(leader.get("/deliveries").text).text
