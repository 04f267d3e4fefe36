"""A clerk amends a draft or what was returned on the portal's pages, before the real registry."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.portal.reading import Read
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post, resident_number
from tests.registry.test_pages import Browser, let_in, opened
from tests.registry.transitions.test_seats import passed

CLERK, REVIEWER = "institution-a-clerk", "institution-a-reviewer"
TALENT = "industry-urgent-talent"
REASON = "事实发生日期与劳动合同不符"


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def returned(registry: Registry, body: dict[str, Any] | None = None) -> str:
    """The address of what a clerk registered and the reviewer returned."""
    body = body or person(programme=TALENT, township="扬子洲镇", external_ref="HR-1")
    made = registry.post(CLERK, "/v1/registrations", body).json()
    registry.act(REVIEWER, made["id"], "return", reason=REASON)
    return f"/registrations/{made['id']}"


def kept(registry: Registry, path: str) -> Any:
    return registry.get("bureau", f"/v1{path}").json()


def acts(registry: Registry, path: str) -> list[str]:
    return [each["action"] for each in registry.get("bureau", f"/v1{path}/history").json()["items"]]


def links(html: str) -> set[str]:
    return {str(each.get("href")) for each in Read(html).all("a")}


def test_what_was_returned_is_amended_and_submitted_again(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    assert f"{path}/edit" in links(clerk.http.get(path).text)
    form = clerk.http.get(f"{path}/edit")
    assert (REASON in form.text, "单位审核人" in form.text) == (True, True)
    held = clerk.fields(form.text, f"{path}/edit")
    assert {name: held[name] for name in ("reporting_unit", "township", "fact_date", "external_ref", "version")} == {
        "reporting_unit": "donghu", "township": "扬子洲镇", "fact_date": "2019-07-01", "external_ref": "HR-1",
        "version": "2",
    }  # fmt: skip
    tried = clerk.send(form, f"{path}/edit", fact_date="2019年6月1日", act="try")
    assert "试算结果：可以提交，须经审核" in tried.text
    assert kept(registry, path)["fact_date"] == "2019-07-01"
    done = clerk.send(tried, f"{path}/edit", township="", act="submit")
    assert (str(done.url.path), "已办理" in done.text) == (path, True)
    now = kept(registry, path)
    assert [now[name] for name in ("state", "fact_date", "township", "external_ref")] == [
        "submitted", "2019-06-01", None, "HR-1",
    ]  # fmt: skip
    assert acts(registry, path) == ["submit", "return", "amend", "submit"]
    assert f"{path}/edit" not in links(clerk.http.get(path).text)
    assert str(clerk.http.get(f"{path}/edit").url.path) == path


def test_a_draft_is_saved_and_stays_one(registry: Registry, site: Any) -> None:
    made = registry.post(CLERK, "/v1/registrations", organisation(submit=False)).json()
    path, clerk = f"/registrations/{made['id']}", Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    assert clerk.fields(form.text, f"{path}/edit")["subject.name"] == "测试单位1"
    clerk.send(form, f"{path}/edit", subject__name="测试单位甲", act="save")
    now = kept(registry, path)
    assert (now["state"], now["subject"]["name"], now["version"]) == ("draft", "测试单位甲", 2)


@pytest.mark.parametrize("body", [person(programme=TALENT), organisation(), post()])
def test_a_form_that_nobody_touched_changes_nothing(registry: Registry, site: Any, body: dict[str, Any]) -> None:
    made = registry.post(CLERK, "/v1/registrations", body | {"submit": False}).json()
    path, clerk = f"/registrations/{made['id']}", Browser(site, registry, CLERK)
    clerk.send(clerk.http.get(f"{path}/edit"), f"{path}/edit", act="save")
    assert (kept(registry, path)["version"], acts(registry, path)) == (1, ["draft"])


def test_a_person_stays_unless_they_are_stated_anew_and_nothing_masked_is_sent(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    held = clerk.fields(form.text, f"{path}/edit")
    subject = {name: value for name, value in held.items() if name.startswith("subject.") and value}
    assert subject == {"subject.id_type": "resident_id"}
    before = kept(registry, path)
    shown = before["subject"]
    assert f"现为：{shown['name']}，居民身份证，{shown['id_number']}" in form.text
    half = clerk.send(form, f"{path}/edit", subject__name="测试乙", act="save")
    leads_to = {each for each in links(half.text) if each.startswith("#subject")}
    assert (half.status_code, leads_to) == (422, {"#subject.id_number"})
    clerk.send(half, f"{path}/edit", subject__id_number=resident_number(2), act="save")
    assert kept(registry, path)["subject"]["id_number"][-2:] == resident_number(2)[-2:]
    assert kept(registry, path)["subject_ref"] != before["subject_ref"]


def test_what_is_wrong_stands_at_its_field_with_all_as_typed(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    wrong = clerk.send(form, f"{path}/edit", reporting_unit="", fact_date="", external_ref="HR-2", act="submit")
    assert wrong.status_code == 422
    assert {"#reporting_unit", "#fact_date"} <= links(wrong.text)
    assert clerk.fields(wrong.text, f"{path}/edit")["external_ref"] == "HR-2"
    assert kept(registry, path)["version"] == 2


def test_who_is_late_is_told_what_changed_and_keeps_what_they_typed(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    assert registry.ask(CLERK, "PATCH", f"/v1{path}", {"external_ref": "HR-3"}, If_Match='"2"').status_code == 200
    late = clerk.send(form, f"{path}/edit", external_ref="HR-4", act="save")
    assert (late.status_code, "您填写期间，其他人已经作了修改" in late.text, "HR-3" in late.text) == (412, True, True)
    assert "事实发生日期" not in late.text.partition('class="list difference"')[2].partition("</table>")[0]
    assert kept(registry, path)["external_ref"] == "HR-3"
    assert clerk.fields(late.text, f"{path}/edit")["external_ref"] == "HR-4"
    clerk.send(late, f"{path}/edit", act="save")
    assert (kept(registry, path)["external_ref"], kept(registry, path)["version"]) == ("HR-4", 4)


def test_a_form_that_is_sent_twice_amends_and_submits_once(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    for _ in range(2):
        assert clerk.send(form, f"{path}/edit", external_ref="HR-2", act="submit").status_code == 200
    assert acts(registry, path) == ["submit", "return", "amend", "submit"]


def test_what_is_saved_and_not_submitted_says_so(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    institution = kept(registry, path)["institution_id"]
    bar = {"since": "2019-01-01", "until": "2190-12-31", "reason": "核对", "document_no": "X"}
    assert registry.post("bureau", f"/v1/institutions/{institution}/bars", bar).status_code == 201
    page = clerk.send(form, f"{path}/edit", external_ref="HR-2", act="submit")
    assert (page.status_code, "修改已保存，但没有提交" in page.text, "2190" in page.text) == (409, True, True)
    assert (kept(registry, path)["external_ref"], kept(registry, path)["state"]) == ("HR-2", "returned")


@pytest.mark.parametrize("by", ["institution-a-reviewer", "district-donghu", "auditor"])
def test_who_may_not_amend_finds_no_link_and_no_form(registry: Registry, site: Any, by: str) -> None:
    path = returned(registry)
    other = Browser(site, registry, by)
    assert f"{path}/edit" not in links(other.http.get(path).text)
    assert other.http.get(f"{path}/edit").status_code == 403


def test_another_institutions_is_as_if_absent(registry: Registry, site: Any) -> None:
    assert Browser(site, registry, "institution-b-clerk").http.get(f"{returned(registry)}/edit").status_code == 404


def test_what_was_typed_after_the_session_ended_waits(
    registry: Registry, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = returned(registry)
    clerk = Browser(site, registry, CLERK)
    form = clerk.http.get(f"{path}/edit")
    clerk.held.ended = True
    sent = clerk.send(form, f"{path}/edit", external_ref="HR-5", act="save")
    assert "内容已经保留" in sent.text
    let_in(site, registry, monkeypatch, CLERK)
    back = clerk.send(sent, "/sign-in", login=CLERK, password="x")
    assert clerk.fields(back.text, f"{path}/edit")["external_ref"] == "HR-5"
    clerk.send(back, f"{path}/edit", act="save")
    assert kept(registry, path)["external_ref"] == "HR-5"


def test_the_bureau_amends_what_is_on_notice_and_is_told_what_that_does(registry: Registry, site: Any) -> None:
    (one,) = passed(registry, "hongcheng-craftsmen", 1)
    path, bureau = f"/registrations/{one}", Browser(site, registry, "bureau")
    form = bureau.http.get(f"{path}/edit")
    assert ("须重新公示" in form.text, 'value="submit"' in form.text) == (True, False)
    assert f"{path}/edit" not in links(Browser(site, registry, CLERK).http.get(path).text)
    bureau.send(form, f"{path}/edit", township="扬子洲镇", act="save")
    assert (kept(registry, path)["state"], kept(registry, path)["township"]) == ("on_notice", "扬子洲镇")
    again = bureau.http.get(f"{path}/edit")
    bureau.send(again, f"{path}/edit", fact_date="2019-06-01", act="save")
    assert kept(registry, path)["state"] == "proposed"


class AnswersLost(httpx.ASGITransport):
    """The registry does what is asked, and its answers to submissions get lost."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.url.path.endswith("/transitions"):
            raise httpx.ReadTimeout("lost", request=request)
        return answer


def test_sent_again_after_an_answer_was_lost_it_is_amended_and_submitted_once(registry: Registry, site: Any) -> None:
    path = returned(registry)
    clerk, web = Browser(site, registry, CLERK), site.state.web
    form = clerk.http.get(f"{path}/edit")
    site.state.web = httpx.AsyncClient(transport=AnswersLost(registry.http.app))
    lost = clerk.send(form, f"{path}/edit", external_ref="HR-6", act="submit")
    assert (lost.status_code, "登记服务没有应答，内容保留在下面" in lost.text) == (503, True)
    site.state.web = web
    assert clerk.send(lost, f"{path}/edit", act="submit").status_code == 200
    assert (acts(registry, path), kept(registry, path)["state"]) == (
        ["submit", "return", "amend", "submit"],
        "submitted",
    )
