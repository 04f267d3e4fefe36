"""Dead letters in the portal: why each waits, tried again, given up for a reason that stays."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.portal.pages.dead_letters.rendering import written_reason
from shared import events, signatures
from tests.portal.conftest import City
from tests.portal.test_sign_in import sign_in, token_in

PAGE, API = "/admin/dead-letters", "/v1/dead-letters"
ID, SAME = "01a221cd-54f3-75bc-ad17-94fa6aa951d1", "a" * 64
LETTER: dict[str, Any] = {
    "id": ID, "topic": "talent.registry.v1", "key": "k-1", "reason": "RuntimeError", "fingerprint": SAME,
    "parked_at": "2019-07-01T00:00:00Z", "resolved_at": None, "dropped_by": None, "drop_reason": None,
}  # fmt: skip
DROPPED = LETTER | {"resolved_at": "2019-07-02T00:00:00Z", "dropped_by": "li", "drop_reason": "已重新录入<b>"}


@pytest.fixture
def operator(page: httpx.Client, city: City) -> httpx.Client:
    """An operator, signed in; in each service the same event waits."""
    city.role = "operator"
    sign_in(page)
    city.answers[API] = [LETTER]
    return page


def send(page: httpx.Client, what: str, **form: str) -> httpx.Response:
    return page.post(f"{PAGE}/{what}", data={"csrf_token": token_in(page.get(PAGE).text), **form})


def test_they_are_listed_by_service_and_reason_with_what_was_given_up(operator: httpx.Client, city: City) -> None:
    html = operator.get(PAGE).text
    assert [
        name in html
        for name in ("登记服务 · 处理时出错：RuntimeError", "目标服务 · 处理时出错", "提醒服务 · 处理时出错")
    ] == [True] * 3
    city.answers[API] = [DROPPED]
    assert "已重新录入&lt;b&gt;" in operator.get(PAGE).text
    city.answers[f"{API}/{ID}"] = LETTER | {"body": "<i>", "encoding": "utf-8"}
    assert "&lt;i&gt;" in operator.get(f"{PAGE}/quota/{ID}").text
    city.down = {API}
    assert "没有应答" in operator.get(PAGE).text
    city.role = "bureau_officer"
    sign_in(operator)
    assert operator.get(PAGE).status_code == 403


def test_they_are_tried_and_replayed_by_their_reason(operator: httpx.Client, city: City) -> None:
    city.answers[f"POST {API}/replay"] = {"dry_run": True, "resolved": [], "failed": {ID: "KeyError"}}
    tried = send(operator, "quota/replay", act="try", fingerprint=SAME).text
    assert ("仍会失败 1 条" in tried, "KeyError" in tried) == (True, True)
    assert city.written[-1][2] == {"fingerprint": SAME, "dry_run": True}
    city.answers[f"POST {API}/replay"] = {"dry_run": False, "resolved": [ID], "failed": {}}
    assert "成功 1 条" in send(operator, "quota/replay", act="do", id=ID).text
    assert city.written[-1][2] == {"id": ID}
    city.problems[f"{API}/replay"] = {"status": 404, "title": "x"}
    assert "已经办理" in send(operator, "quota/replay", act="do", id=ID).text


def test_they_are_given_up_only_once_a_reason_was_typed(operator: httpx.Client, city: City) -> None:
    page = send(operator, "registry/drop", id=ID)
    assert ("不能恢复" in page.text, city.written) == (True, [])
    fault = {"pointer": "/reason", "detail": "请填写"}
    city.problems[f"{API}/drop"] = {"status": 422, "title": "x", "errors": [fault]}
    refused = send(operator, "registry/drop", act="do", id=ID, reason=" ")
    assert (refused.status_code, 'href="#reason"' in refused.text, f'value="{ID}"' in refused.text) == (422, True, True)
    city.problems.clear()
    city.answers[f"POST {API}/drop"] = {"dropped": [ID]}
    assert "已放弃 1 条" in send(operator, "registry/drop", act="do", id=ID, reason="已重新录入").text
    assert city.written[-1][2] == {"id": ID, "reason": "已重新录入"}


def said_in(source: str) -> Iterator[str]:
    """Every sentence in which a module refuses an event, with 5 for what it fills in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unreadable":
            (said,) = node.args
            if isinstance(said, ast.Constant):
                yield str(said.value)
            elif isinstance(said, ast.JoinedStr):
                yield "".join(str(each.value) if isinstance(each, ast.Constant) else "5" for each in said.values)


def test_every_reason_of_the_services_is_read_in_the_readers_language() -> None:
    modules = [Path(str(each.__file__)).read_text() for each in (events, signatures)]
    reasons = [events.unknown("5"), *(said for source in modules for said in said_in(source))]
    assert len(reasons) == 9
    for reason in reasons:
        assert written_reason(reason, "en") == reason
        assert not written_reason(reason, "zh").startswith("处理时出错"), reason
    assert written_reason("5: signed by /quota, which may not say so", "zh").startswith("5：由 /quota 签名")
