"""What people ask of their data, in the portal: entered, counted down, answered, carried out, restricted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import clock
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_requests import wanted
from tests.registry.corrections.test_x13_restriction import registered
from tests.registry.subjects import resident_number
from tests.registry.test_pages import Browser, opened

NEW, WHY = "/subject-requests/new", "本人持身份证到场"


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def test_x13_a_request_is_entered_counted_down_granted_and_shown_to_the_person(registry: Registry, site: Any) -> None:
    held = registered(registry, details={"education": "21", "graduated_on": "2019-06-30", "settled_on": "2019-07-02"})
    officer = Browser(site, registry, "bureau")
    assert "没有待答复的请求" in officer.http.get("/subject-requests").text
    from_there = officer.http.get(f"/registrations/{held['id']}").text
    assert f"{NEW}?subject={held['subject_ref']}" in from_there
    empty = officer.http.get(f"{NEW}?subject={held['subject_ref']}")
    received = clock.today() - timedelta(days=29)
    refused = officer.send(empty, NEW, received_on=received.isoformat(), reason=WHY)
    assert (refused.status_code, 'href="#kind"' in refused.text, WHY in refused.text) == (422, True, True)
    made = [officer.send(refused, NEW, kind="copy", reason=WHY) for _ in range(2)]  # a double click
    assert made[0].url == made[1].url
    page = str(made[0].url.path)
    assert "还剩1天" in officer.http.get("/subject-requests").text
    assert "待答复" in Browser(site, registry, "auditor").http.get(page).text
    assert "不能答复" in Browser(site, registry, "auditor").http.get(page).text
    granted = officer.send(made[0], page, decision="fulfil", reason="已核实身份")
    assert "已同意并办理" in granted.text
    shown = officer.send(granted, f"{page}/disclosure")
    assert resident_number(1) in shown.text
    assert "赵植树" in shown.text
    named = {"居民身份证", "学历", "大学本科毕业（21）", "2019年6月30日", "落户日期", "登记单位", "计数日期"}
    assert {each for each in named if each not in shown.text} == set()
    assert [code for code in ("CHN", "resident_id", "2019-0") if code in shown.text] == []
    assert resident_number(1) not in officer.http.get(page).text
    in_english = officer.http.get(f"{page}/disclosure?lang=en", headers={"Accept": "text/html"})
    assert (in_english.url.path, "Show all that is kept" in in_english.text) == (page, True)
    officer.http.get("/?lang=zh")
    assert "没有待答复" in officer.http.get("/subject-requests").text
    assert page in officer.http.get("/subject-requests?show=answered").text
    assert Browser(site, registry, "district-donghu").http.get("/subject-requests").status_code == 403


def test_x13_an_erasure_waits_for_another_officer_and_a_correction_says_what_is_right(
    registry: Registry, site: Any
) -> None:
    held = registered(registry)
    first, second = (Browser(site, registry, name) for name in ("bureau", "bureau-2"))
    page = f"/subject-requests/{wanted(registry, held, 'correction')['id']}"
    refused = first.send(first.http.get(page), page, decision="fulfil", reason="已核对户口簿")
    assert (refused.status_code, "同意更正须写明正确内容" in refused.text) == (422, True)
    assert "已同意并办理" in first.send(refused, page, decision="fulfil", reason="核对", corrected__name="孙植树").text
    page = f"/subject-requests/{wanted(registry, held, 'erasure')['id']}"
    stated = {"decision": "fulfil", "ground": "consent_withdrawn", "reason": "已核实身份"}
    assert "须由另一名经办人" in first.send(first.http.get(page), page, **stated).text
    assert "已同意并办理" in second.send(second.http.get(page), page, **stated).text


def test_x13_a_person_s_data_is_restricted_and_used_again(registry: Registry, site: Any) -> None:
    held = registered(registry)
    officer, page = Browser(site, registry, "bureau"), f"/subject-requests/restriction/{held['subject_ref']}"
    empty = officer.http.get(f"{page}?registration={held['id']}")
    assert officer.send(empty, page, what="restrict").status_code == 422
    assert "已限制处理（1条登记）" in officer.send(empty, page, what="restrict", reason=WHY).text
    assert "限制处理：只保存和计数" in officer.http.get(f"/registrations/{held['id']}").text
    again = officer.http.get(f"{page}?registration={held['id']}")
    assert "已解除限制" in officer.send(again, page, what="lift", reason="争议已解决").text
    assert Browser(site, registry, "auditor").http.get(page).status_code == 403
