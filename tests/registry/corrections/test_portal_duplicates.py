"""Suspected duplicates in the portal before the real registry: compared, decided on, the next one, taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.corrections.test_duplicates import B, read, registered, suspect
from tests.registry.test_pages import Browser, let_in, opened


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def test_two_records_are_compared_decided_on_and_the_next_case_follows(registry: Registry, site: Any) -> None:
    one, other = registered(registry, 1), registered(registry, 2, by=B, reporting_unit="xihu")
    third = registered(registry, 3)
    later, first = suspect(registry, one, third), suspect(registry, one, other)
    officer = Browser(site, registry, "bureau")
    assert [officer.http.get("/duplicates").text.count(f"/duplicates/{each}") for each in (first, later)] == [1, 1]
    page = f"/duplicates/{first}"
    case = officer.http.get(page)
    assert "<mark>" in case.text
    assert "不同" in case.text
    assert "2人 → 1人" in case.text
    assert "西湖区减少1人" in case.text
    assert "归最早计数的登记" in case.text
    assert "36010119" not in case.text  # masked
    refused = officer.send(case, page, reason="已核对两份证件原件")
    assert (refused.status_code, 'href="#decision"' in refused.text) == (422, True)
    assert "已核对两份证件原件" in refused.text
    done = officer.send(refused, page, decision="same", credit_to=other["id"], reason="已核对两份证件原件")
    assert str(done.url.path) == f"/duplicates/{later}"
    assert "已认定为同一人" in done.text
    assert read(registry, other)["subject_ref"] == one["subject_ref"]
    again = officer.send(case, page, decision="different", reason="再办一次")
    assert "请先撤销结论" in again.text
    over = officer.send(done, f"/duplicates/{later}", decision="different", credit_to="", reason="两人")
    assert (str(over.url.path), "没有待核对" in over.text) == ("/duplicates", True)
    back = officer.send(officer.http.get(page), f"{page}/undo", reason="证件核对有误")
    assert "结论已撤销" in back.text
    assert read(registry, other)["subject_ref"] == other["subject_ref"]


def test_who_only_reads_decides_nothing_and_an_institution_sees_its_own_alone(registry: Registry, site: Any) -> None:
    one, other = registered(registry, 1), registered(registry, 2, by=B)
    case = suspect(registry, one, other)
    assert "不能作出结论" in Browser(site, registry, "auditor").http.get(f"/duplicates/{case}").text
    clerk = Browser(site, registry, "institution-a-clerk")
    listed = clerk.http.get("/duplicates").text
    assert (one["id"] in listed, other["id"] in listed) == (True, False)
    assert clerk.http.get(f"/duplicates/{case}").status_code == 403


def test_p2_what_was_typed_of_a_decision_waits_at_its_own_address(
    registry: Registry, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form whose address names what it is about, as others do that are kept."""
    page = f"/duplicates/{suspect(registry, registered(registry, 1), registered(registry, 2, by=B))}"
    officer = Browser(site, registry, "bureau")
    case = officer.http.get(page)
    officer.held.ended = True
    sent = officer.send(case, page, decision="same", reason="已核对两份证件原件")
    assert "内容已经保留" in sent.text
    let_in(site, registry, monkeypatch, "bureau")
    back = officer.send(sent, "/sign-in", login="bureau", password="x")
    assert (str(back.url.path), "已核对两份证件原件" in back.text) == (page, True)
    assert officer.fields(back.text, page)["decision"] == "same"
    assert "待核对" in back.text
