"""The robots of groups and the gateway of short messages, each against a receiver that answers as it does."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from services.notify.channels.posting import fitted
from services.notify.channels.protocol import AlertText, Channel, MessageContent, OutgoingMessage, SendOutcome
from services.notify.channels.registry import kinds
from shared import outbound
from shared.config import Settings
from tests.receivers import HttpReply, Received, Receiver, receiver

SECRET = "SEC7c9e+/加签"
PAGE = "https://talent.example.org/?as_of=2018-12-07#T08"
INBOX = "https://talent.example.org/alerts"


@pytest.fixture
def other(chosen: Settings) -> Iterator[Receiver]:
    """Another side, on this machine."""
    outbound._clients.cache_clear()
    with receiver() as found:
        yield found
    outbound._clients.cache_clear()


def json_answer(body: Any, status: int = 200, **headers: str) -> HttpReply:
    return status, headers, body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()


def as_wecom(received: Received) -> HttpReply:
    """What WeCom answers: every refusal has status 200."""
    body = json.loads(received.body)
    if rb"\u" in received.body:
        return json_answer({"errcode": 40033, "errmsg": "invalid charset"})
    if parse_qs(urlsplit(received.path).query).get("key") != ["k"]:
        return json_answer({"errcode": 93000, "errmsg": "invalid webhook url"})
    if len(body[body["msgtype"]]["content"].encode()) > 2048:
        return json_answer({"errcode": 40058, "errmsg": "text.content exceed max length 2048"})
    return json_answer({"errcode": 0, "errmsg": "ok"})


def as_dingtalk(received: Received) -> HttpReply:
    """What DingTalk answers, by its own clock: milliseconds, the secret is the key."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(received.path).query).items()}
    signed = hmac.new(SECRET.encode(), f"{query['timestamp']}\n{SECRET}".encode(), sha256).digest()
    fresh = abs(time.time() * 1000 - int(query["timestamp"])) < 3_600_000
    if not fresh or query["sign"] != base64.b64encode(signed).decode():
        return json_answer({"errcode": 310000, "errmsg": "sign not match, more: [https://ding-doc.dingtalk.com]"})
    if len(received.body) > 20_000:
        return json_answer({"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"})
    return json_answer({"errcode": 0, "errmsg": "ok"})


def as_feishu(received: Received) -> HttpReply:
    """What Feishu answers: seconds, the text is the key and nothing is signed."""
    body = json.loads(received.body)
    key = f"{body['timestamp']}\n{SECRET}".encode()
    fresh = abs(time.time() - int(body["timestamp"])) < 3600
    if not fresh or body["sign"] != base64.b64encode(hmac.new(key, digestmod=sha256).digest()).decode():
        return json_answer({"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
    if len(received.body) > 20 * 1024:
        return json_answer({"code": 9499, "msg": "Bad Request", "data": {}}, 400)
    return json_answer({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})


def as_gateway(received: Received) -> HttpReply:
    body = json.loads(received.body)
    held = received.headers.get("authorization") == f"Bearer {'g' * 8}" and set(body) == {"id", "mobile", "content"}
    return json_answer({"code": "0"} if held else {"code": "isv.SIGN-ERROR"})


ROBOTS: dict[str, tuple[Callable[[Received], HttpReply], str, dict[str, str], str]] = {
    "wecom": (as_wecom, "?key=k", {}, "wangke"),
    "dingtalk": (as_dingtalk, "?access_token=t", {"secret": f"{SECRET}\n"}, "15400000002"),
    "feishu": (as_feishu, "", {"secret": SECRET}, "ou_7d8a6e"),
    "sms": (as_gateway, "", {"secret": "g" * 8}, "+8615400000002"),
}


def opened(name: str, other: Receiver) -> Channel:
    """A channel of that kind that is connected to the receiver."""
    judge, query, more, _ = ROBOTS[name]
    other.judge = judge
    kind = kinds()[name]
    assert kind.connects_by
    return kind(Settings(), kind.connects_by.model_validate({"url": other.url + query} | more))


def content(count: int, body: str = '累计4家，目标5家😀"\\\n', language: Any = "zh") -> MessageContent:
    alerts = [AlertText(UUID(int=n), f"第{n}项", body, PAGE) for n in range(count)]
    return MessageContent("分管市领导", "【人才计划提醒】等", "正文", alerts, language, INBOX)


def outcome(channel: Channel, what: MessageContent, address: str = "") -> SendOutcome:
    rendered = channel.render(what)
    return channel.send(OutgoingMessage(UUID(int=7), what.post, address, rendered.subject, rendered.text))


@pytest.mark.parametrize("name", ROBOTS)
def test_n1_n4_n5_a_robot_accepts_what_is_sent(name: str, other: Receiver) -> None:
    """Signed as it wants, within its bytes, Chinese as it is; called is who is to be called."""
    channel, address = opened(name, other), ROBOTS[name][3]
    assert (channel.is_address(address), channel.is_address("@all"), channel.is_address("")) == (True, False, False)
    for what in (content(1), content(400), content(1, "累计五家😀" * 9_000), content(1, '"\\\n' * 9_000)):
        sent = outcome(channel, what, address)
        assert (sent.result, sent.code) in (("delivered", "0"), ("delivered", "200")), sent
    assert all(b"\\u" not in each.body for each in other.received)
    assert all(address.lstrip("+") in each.body.decode() for each in other.received)


def test_n5_n6_a_text_is_cut_between_alerts_and_characters_and_keeps_its_link() -> None:
    whole = content(3)
    length = len(fitted(whole, 10_000).encode())
    assert fitted(whole, length).count(PAGE) == 3
    shorter = fitted(whole, length - 1)
    assert (shorter.count(PAGE), f"……另有{3 - shorter.count(PAGE)}项，见 {INBOX}" in shorter) == (2, True)
    for longest in range(300, 340):
        text = fitted(content(37, "五😀" * 3_000), longest)
        assert longest - 4 < len(text.encode()) <= longest
        assert f"……\n提醒编号尾号：00000000\n{PAGE}\n\n……另有36项，见 {INBOX}" in text
    assert [f"编号尾号：0000000{n}\n{PAGE}" in fitted(whole, length) for n in range(4)] == [True, True, True, False]
    assert "... 36 more, see" in fitted(content(37, "x" * 3_000, "en"), 400)
    assert "<at" not in fitted(content(1, '<at user_id="all">所有人</at><@all>'), 1_000)


JUDGED: tuple[tuple[str, Any, str, str, int, bool], ...] = (
    ("wecom", {"errcode": 0, "errmsg": "好的"}, "delivered", "0", 0, False),
    ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "retry", "45009", 60, False),
    ("wecom", {"errcode": -1, "errmsg": "system busy"}, "retry", "-1", 30, False),
    ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "failed", "93000", 0, True),
    ("wecom", {"errcode": 40058, "errmsg": "too long"}, "failed", "40058", 0, False),
    ("wecom", {"errcode": 99999, "errmsg": "ok"}, "failed", "99999", 0, False),
    ("wecom", {"errcode": "0"}, "retry", "unconfirmed", 0, False),
    ("wecom", {"errcode": False}, "retry", "unconfirmed", 0, False),
    ("wecom", {}, "retry", "unconfirmed", 0, False),
    ("wecom", b"<html>login</html>", "retry", "unconfirmed", 0, False),
    ("wecom", b'{"errcode":0', "retry", "unconfirmed", 0, False),
    ("wecom", b'{"errcode":0,"x":"' + b"y" * 10_000_000 + b'"}', "retry", "unconfirmed", 0, False),
    ("wecom", b"[" * 60_000, "retry", "unconfirmed", 0, False),
    ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "retry", "130101", 600, False),
    ("dingtalk", {"errcode": 310000, "errmsg": "关键词不匹配"}, "failed", "310000", 0, True),
    ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}, "failed", "300005", 0, True),
    ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, "delivered", "0", 0, False),
    ("feishu", {"code": 0, "msg": "success", "StatusCode": 0}, "delivered", "0", 0, False),
    ("feishu", {"code": 11232, "msg": "frequency limited"}, "retry", "11232", 60, False),
    ("feishu", {"code": 19024, "msg": "Key Words Not Found"}, "failed", "19024", 0, True),
    ("sms", {"code": "isv.BUSINESS_LIMIT_CONTROL"}, "retry", "isv.BUSINESS_LIMIT_CONTROL", 0, False),
    ("sms", {}, "retry", "unconfirmed", 0, False),
)  # fmt: skip


def test_n1_n2_n3_what_an_answer_means(other: Receiver) -> None:
    """Delivered is an explicit zero alone; else later, for good, or not until somebody repairs the channel."""
    for name, body, result, code, wait, broken in JUDGED:
        channel = opened(name, other)
        other.answers = [json_answer(body)]
        sent = outcome(channel, content(1), ROBOTS[name][3])
        found = (sent.result.value, sent.code, sent.not_before, sent.channel_broken)
        assert found == (result, code, wait, broken), (name, sent)
        text = str(body.get("errmsg", body.get("msg", ""))) if isinstance(body, dict) and result != "delivered" else ""
        assert sent.said.startswith(text if code != "unconfirmed" else "")
        assert other.url not in repr(sent)


def test_n1_n8_statuses_and_waits(other: Receiver) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=120))
    for reply, result, code, least in (
        (json_answer({"code": 9499, "msg": "Bad Request"}, 400), "failed", "9499", 0),
        (json_answer(b"", 429, **{"Retry-After": "120"}), "retry", "429", 120),
        (json_answer(b"", 503, **{"Retry-After": later}), "retry", "503", 110),
        (json_answer(b"", 502, **{"Retry-After": "soon"}), "retry", "502", 0),
        (json_answer(b"", 302, Location=other.url), "retry", "302", 0),
        (json_answer(b"", 410), "failed", "410", 0),
    ):
        channel = opened("feishu", other)
        other.answers, before = [reply], len(other.received)
        sent = outcome(channel, content(1))
        assert (sent.result.value, sent.code, len(other.received) - before) == (result, code, 1)
        assert (least <= sent.not_before <= least + 10, sent.channel_broken) == (True, code == "410")


def test_n4_a_wrong_clock_is_told_from_a_wrong_secret(other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, code in (("dingtalk", "310000"), ("feishu", "19021")):
        channel = opened(name, other)
        for minutes, result, said in (
            (59, "delivered", ""),
            (62, "retry", "服务器时间相差62分钟"),
            (-62, "retry", "62"),
        ):
            shifted = datetime.now(UTC) + timedelta(minutes=minutes)
            with monkeypatch.context() as moved:
                moved.setattr("shared.clock.now", lambda shifted=shifted: shifted)
                sent = outcome(channel, content(1))
            assert (sent.result.value, sent.channel_broken, said in sent.said) == (result, False, True), (name, sent)
        kind = kinds()[name]
        assert kind.connects_by
        wrong = kind(Settings(), kind.connects_by.model_validate({"url": f"{other.url}?a=b", "secret": "wrong"}))
        sent = outcome(wrong, content(1))
        assert (sent.result.value, sent.code, sent.channel_broken) == ("failed", code, True)
        assert "wrong" not in repr(sent)


def test_n7_who_may_have_it_is_told_from_who_cannot(other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "ANSWERS_WITHIN", 0.3)
    channel = opened("wecom", other)
    for behaviour, code in (("hang", "timeout"), ("drop", "disconnected")):
        other.behaviour = behaviour
        sent = outcome(channel, content(1))
        assert (sent.result.value, sent.code, sent.perhaps_sent) == ("retry", code, True)
    kind = kinds()["wecom"]
    assert kind.connects_by
    inside = kind(Settings(), kind.connects_by.model_validate({"url": "http://169.254.169.254/"}))
    sent = outcome(inside, content(1))
    assert (sent.result.value, sent.code, sent.channel_broken, sent.perhaps_sent) == (
        "failed", "address_refused", True, False,
    )  # fmt: skip
