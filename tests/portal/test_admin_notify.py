"""Posts, subscriptions and channels in the portal: changed only as they were read, secrets never shown again."""

from typing import Any

import httpx
import pytest

from services.notify.alerts.rules.kinds import KINDS as KNOWN_KINDS
from services.notify.alerts.rules.states import Severity
from services.notify.channels.registry import kinds
from services.notify.recipients.rules import PostDuty
from services.notify.subscriptions.rules import DigestDays
from services.portal.pages.channels.rendering import FIELDS
from services.portal.pages.channels.rendering import KINDS as CHANNEL_KINDS
from services.portal.pages.posts.rendering import DUTIES
from services.portal.pages.subscriptions.rendering import DAYS, KINDS, SEVERITIES
from tests.portal.conftest import GONE, City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

ID = "01a221cd-54f3-75bc-ad17-94fa6aa951d1"
POST: dict[str, Any] = {
    "code": "mayor", "post_zh": "市领导<b>", "post_en": "Mayor", "login": "wang", "unit": None, "email": None,
    "language": "zh", "deputy": "deputy", "superior": None, "leave_from": None, "leave_to": None, "version": 4,
    "addresses": [{"channel": "email", "address": "wang@example.org"}],
}  # fmt: skip
DEPUTY = POST | {"code": "deputy", "post_zh": "副职", "login": "li", "deputy": None}
SUBSCRIPTION: dict[str, Any] = {
    "id": ID, "recipient": "mayor", "programmes": ["youth-intake"], "units": None, "kinds": ["overrun"],
    "min_severity": "warning", "channels": ["inbox"], "digest": {"at": "08:53", "days": "working_days"},
    "quiet_hours": None, "version": 2,
}  # fmt: skip
CHANNEL: dict[str, Any] = {
    "code": "group", "kind": "dingtalk", "name": "工作群", "by": "robot", "enabled": True, "broken": "310000",
    "broken_at": "2019-07-01T00:00:00Z", "per_minute": 18, "version": 7,
}  # fmt: skip
HEALTH = {"last_delivered_at": None, "failing_since": None, "last_code": None, "waiting": 2, "held_back": 0, "dead": 1}
LATE = {"status": 412, "title": "x", "detail": "已被他人更改"}
PAGES = ("/admin/posts", "/admin/subscriptions", "/admin/channels")


@pytest.fixture
def officer(page: httpx.Client, city: City) -> httpx.Client:
    """A bureau officer, signed in; two posts, one subscription, one channel."""
    city.role = "bureau_officer"
    sign_in(page)
    city.answers |= {
        "/v1/recipients": [POST, DEPUTY], "/v1/subscriptions": [SUBSCRIPTION], "/v1/channels": [CHANNEL],
        "/v1/channels/group": CHANNEL, "/v1/channels/group/health": HEALTH,
    }  # fmt: skip
    return page


def send(page: httpx.Client, path: str, **form: str) -> httpx.Response:
    return page.post(path, data={"csrf_token": token_in(page.get(path).text), **form})


def test_what_notify_knows_has_a_name_here_and_nothing_else_has() -> None:
    assert (set(KINDS), set(SEVERITIES), set(DAYS)) == (set(KNOWN_KINDS), set(Severity), set(DigestDays))
    assert set(CHANNEL_KINDS) == set(kinds())
    assert {*DUTIES, PostDuty.INSTITUTION} == set(PostDuty)
    for name, kind in kinds().items():
        assert kind.connects_by
        assert {f"settings.{each}" for each in kind.connects_by.model_fields} == {each.name for each in FIELDS[name]}


def test_auditors_read_and_leaders_do_not(officer: httpx.Client, city: City) -> None:
    shown = [officer.get(path).text for path in PAGES]
    assert "市领导&lt;b&gt;" in shown[0]
    assert ("超额" in shown[1], "摘要：工作日 08:53" in shown[1], "放弃 1" in shown[2]) == (True, True, True)
    city.role = "auditor"
    sign_in(officer)
    assert ['<form method="post"' in officer.get(path).text for path in PAGES] == [False] * 3
    assert officer.get("/admin/channels/new/sms").status_code == 403
    city.role = "leader"
    sign_in(officer)
    assert [officer.get(path).status_code for path in PAGES] == [403] * 3


def test_a_handover_sends_what_was_changed_in_the_version_that_was_read(officer: httpx.Client, city: City) -> None:
    path, api = "/admin/posts/mayor", "/v1/recipients/mayor"
    html = officer.get(path).text
    held = Read(html).fields | {"deputy": "deputy", "language": "zh", "addresses": "email wang@example.org"}
    assert "没有改动" in officer.post(path, data=held).text
    city.answers[f"PATCH {api}"] = POST
    assert officer.post(path, data=held | {"login": "zhao", "deputy": ""}).status_code == 303
    assert (city.written[-1][2], city.versions[-1]) == ({"login": "zhao", "deputy": None}, '"4"')
    city.problems[f"PATCH {api}"] = LATE
    city.answers["/v1/recipients"] = [POST | {"login": "zhou", "version": 5}, DEPUTY]
    late = officer.post(path, data=held | {"login": "zhao"})
    assert (late.status_code, "其他人已经作了修改" in late.text, "现任职人 zhou" in late.text) == (412, True, True)
    assert (Read(late.text).fields["version"], Read(late.text).fields["login"]) == ("5", "zhao")
    own = {"type": "/problems/own-post", "status": 403, "title": "x", "detail": "不得由本人给自己设岗"}
    city.problems[f"PATCH {api}"] = own
    assert "不得由本人给自己设岗" in officer.post(path, data=held | {"login": "zhang"}).text


def test_a_post_is_set_up_with_its_addresses(officer: httpx.Client, city: City) -> None:
    form = {"code": "chief", "post_zh": "科长", "post_en": "Chief", "login": "sun", "language": "zh", "unit": ""}
    form["duty"] = "bureau"
    assert 'value="leader" id="duty" checked' in officer.get("/admin/posts").text
    city.answers["POST /v1/recipients"] = POST
    assert send(officer, "/admin/posts", **form, addresses=" email sun@example.org \r\n\r\n").status_code == 303
    assert city.written[-1][2] == {name: value for name, value in form.items() if value} | {
        "addresses": [{"channel": "email", "address": "sun@example.org"}]
    }
    fault = {"pointer": "/addresses/0/address", "detail": "地址格式不正确"}
    city.problems["POST /v1/recipients"] = {"status": 422, "title": "x", "errors": [fault]}
    assert 'href="#addresses"' in send(officer, "/admin/posts", **form, addresses="email x").text


def test_a_subscription_is_changed_and_ended_only_as_it_was_read(officer: httpx.Client, city: City) -> None:
    page, api = f"/admin/subscriptions/{ID}", f"/v1/subscriptions/{ID}"
    assert 'name="kinds.overrun" checked' in officer.get(page).text
    city.answers[f"PATCH {api}"] = SUBSCRIPTION
    form = {"version": "2", "min_severity": "info", "when": "digest", "digest.at": "07:11", "digest.days": "monday",
            "channels.inbox": "on", "units.donghu": "on"}  # fmt: skip
    assert send(officer, page, **form).status_code == 303
    assert (city.written[-1][2], city.versions[-1]) == (
        {
            "programmes": None, "units": ["donghu"], "kinds": list(KINDS), "channels": ["inbox"],
            "min_severity": "info", "digest": {"at": "07:11", "days": "monday"}, "quiet_hours": None,
        },
        '"2"',
    )  # fmt: skip
    city.problems[f"PATCH {api}"] = LATE
    late = send(officer, page, **form | {"when": "at_once"})
    assert (late.status_code, "其他人已经作了修改" in late.text, 'value="07:11"' in late.text) == (412, True, True)
    before = officer.get(f"{page}/end").text
    assert "取消这项订阅" in before
    city.answers[f"DELETE {api}"] = GONE
    assert officer.post(f"{page}/end", data=Read(before).fields).status_code == 303
    assert city.versions[-1] == '"2"'


def test_a_new_subscription_names_its_post_and_faults_stand_at_their_fields(officer: httpx.Client, city: City) -> None:
    fault = {"pointer": "/quiet_hours/end", "detail": "应为时间"}
    city.problems["POST /v1/subscriptions"] = {"status": 422, "title": "x", "errors": [fault]}
    form = {"recipient": "mayor", "channels.inbox": "on", "when": "at_once", "quiet_hours.start": "22:00",
            "quiet_hours.end": "x"}  # fmt: skip
    refused = send(officer, "/admin/subscriptions/new", **form)
    assert (refused.status_code, 'href="#quiet_hours.end"' in refused.text) == (422, True)
    del city.problems["POST /v1/subscriptions"]
    city.answers["POST /v1/subscriptions"] = SUBSCRIPTION
    assert send(officer, "/admin/subscriptions/new", **form | {"quiet_hours.end": "07:00"}).status_code == 303
    body = city.written[-1][2]
    assert (body["recipient"], body["digest"], body["quiet_hours"]) == (
        "mayor", None, {"start": "22:00", "end": "07:00"},
    )  # fmt: skip


def test_a_secret_is_sent_and_never_shown_again(officer: httpx.Client, city: City) -> None:
    form = {
        "code": "group",
        "name": "工作群",
        "settings.url": "https://x/?access_token=s3cret",
        "settings.secret": "SEC1",
    }
    fault = {"pointer": "/settings/url", "detail": "地址不可用"}
    city.problems["POST /v1/channels"] = {"status": 422, "title": "x", "errors": [fault]}
    refused = send(officer, "/admin/channels/new/dingtalk", **form)
    assert (refused.status_code, 'href="#settings.url"' in refused.text) == (422, True)
    assert ("s3cret" in refused.text, "SEC1" in refused.text, "工作群" in refused.text) == (False, False, True)
    del city.problems["POST /v1/channels"]
    city.answers["POST /v1/channels"] = CHANNEL
    assert send(officer, "/admin/channels/new/dingtalk", **form).headers["location"] == "/admin/channels/group"
    settings = {"url": "https://x/?access_token=s3cret", "secret": "SEC1"}
    assert city.written[-1][2] == {"code": "group", "name": "工作群", "kind": "dingtalk", "settings": settings}


def test_a_channel_is_changed_tried_and_removed_as_it_was_read(officer: httpx.Client, city: City) -> None:
    page, api = "/admin/channels/group", "/v1/channels/group"
    assert "310000" in officer.get(page).text
    city.answers[f"PATCH {api}"] = CHANNEL
    assert send(officer, page, version="7", name="新名称", **{"settings.secret": "SEC2"}).status_code == 303
    changed = {"name": "新名称", "enabled": False, "settings": {"secret": "SEC2"}}
    assert (city.written[-1][2], city.versions[-1]) == (changed, '"7"')
    assert send(officer, page, version="7", name="新名称", enabled="on").status_code == 303
    assert city.written[-1][2] == {"name": "新名称", "enabled": True}
    city.problems[f"PATCH {api}"] = LATE
    assert send(officer, page, version="6", name="x").status_code == 412
    trial = {"id": ID, "recipient": "mayor", "state": "failed", "attempts": [{"status": "failed", "code": "310000"}]}
    city.answers |= {f"POST {api}/test": trial, f"/v1/deliveries/{ID}": trial}
    token = token_in(officer.get(page).text)
    tried = officer.post(f"{page}/test", data={"csrf_token": token, "recipient": "mayor"})
    assert (tried.headers["location"], city.written[-1][2]) == (f"{page}?trial={ID}", {"recipient": "mayor"})
    assert "未送达" in officer.get(tried.headers["location"]).text
    before = officer.get(f"{page}/remove").text
    assert "不能恢复" in before
    city.answers[f"DELETE {api}"] = GONE
    assert officer.post(f"{page}/remove", data=Read(before).fields).headers["location"] == "/admin/channels"
    assert city.versions[-1] == '"7"'


def test_a_subscription_is_looked_back_at_before_it_is_saved_and_nothing_is(officer: httpx.Client, city: City) -> None:
    api = "/v1/subscriptions/backtest"
    sent = {"channel": "group", "messages": 2, "digests": 1, "to_come": 0, "addresses": 0}
    text = {"subject": "超额<i>", "text": "累计6家"}
    sample = {"recipient": "mayor", "purpose": "digest", "channels": ["group"], "at": "2019-07-01T00:53:00Z",
              "alerts": 3, "zh": text, "en": text}  # fmt: skip
    city.answers[f"POST {api}"] = {
        "since": "2019-07-01", "until": "2019-12-31T00:00:00Z", "events": 40, "alerts": 3, "messages": 2,
        "recipients": [{"recipient": "mayor", "alerts": 3, "heard_then": 1, "channels": [sent]}],
        "kinds": [{"kind": "overrun", "severity": "warning", "alerts": 3}], "samples": [sample],
    }  # fmt: skip
    form = {"act": "try", "recipient": "mayor", "min_severity": "warning", "when": "at_once", "channels.group": "on",
            "kinds.overrun": "on", "since": "2019-07-01"}  # fmt: skip
    tried = send(officer, "/admin/subscriptions/new", **form)
    assert [each[0] for each in city.written] == [api]
    assert city.written[0][2]["since"] == "2019-07-01"
    assert city.written[0][2]["subscription"]["kinds"] == ["overrun"]
    for said in (
        "会发出2条消息，共3条提醒",
        "市领导&lt;b&gt;",
        "没有地址，发不出去",
        "超额&lt;i&gt;",
        "2019年7月1日 08:53",
    ):
        assert said in tried.text, said
    assert Read(tried.text).fields["since"] == "2019-07-01"
    kept = officer.get(f"/admin/subscriptions/{ID}/backtest").text
    assert (city.written[-1][2]["subscription"], "工作群 2条 · 其中摘要1条" in kept) == (ID, True)
    fault = {"pointer": "/subscription/channels", "detail": "请选择渠道"}
    city.problems[f"POST {api}"] = {"status": 422, "title": "x", "errors": [fault]}
    assert 'href="#channels"' in send(officer, "/admin/subscriptions/new", **form).text
