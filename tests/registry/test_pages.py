"""The pages of registrations before the real registry: a clerk's and an officer's day, without a script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from services.portal.client.errors import TokenRefused
from services.portal.client.sessions import StartedSession
from services.portal.main import portal
from services.portal.shell.session import Visitor
from shared.auth import Role
from shared.config import Settings
from tests.portal.reading import Read
from tests.registry.conftest import Registry

FORM = "/registrations/new"
ROLES = {
    "institution-a-clerk": Role.INSTITUTION_CLERK,
    "institution-a-reviewer": Role.INSTITUTION_REVIEWER,
    "institution-b-clerk": Role.INSTITUTION_CLERK,
    "district-donghu": Role.DISTRICT_OFFICER,
    "bureau": Role.BUREAU_OFFICER,
    "bureau-2": Role.BUREAU_OFFICER,
    "auditor": Role.AUDITOR,
}
NUMBER = "360101199001010011"


class Held:
    """The tokens of somebody who has signed in; `ended` as the registry ends a session."""

    def __init__(self, registry: Registry, name: str) -> None:
        self._registry, self._name = registry, name
        self.ended = False

    async def token(self) -> str:
        if self.ended:
            raise TokenRefused
        return self._registry.token(self._name)

    def refused(self, token: str) -> None:
        self.ended = True


class Browser:
    """Somebody at the pages, who fills in forms as they stand there."""

    def __init__(self, app: Any, registry: Registry, name: str) -> None:
        self.http = TestClient(app, base_url="http://portal", follow_redirects=True)
        self.http.headers["Accept"] = "text/html"
        self.held = Held(registry, name)
        session = f"{name:A<43}"[:43]
        visitors = app.state.visitors
        visitors._signed_in[session] = (Visitor(ROLES[name], self.held, name), self.held)
        visitors._logins[session] = name
        self.http.cookies.set("session", session)

    def fields(self, html: str, action: str) -> dict[str, str]:
        """What the form that leads there holds before anybody types."""
        form = html.partition(f'method="post" action="{action}"')[2].partition("</form>")[0]
        assert form, action
        inputs = Read(form).all("input")
        kept = {
            str(each["name"]): each.get("value") or ""
            for each in inputs
            if each.get("type") not in ("radio", "checkbox") or "checked" in each
        }
        for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options)
            kept[name] = chosen[1] if chosen else ""
        return kept

    def send(self, page: Any, to: str, **typed: str) -> Any:
        """Fill in and press Enter."""
        sent = self.fields(page.text, to) | {name.replace("__", "."): value for name, value in typed.items()}
        return self.http.post(to, data=sent)


@contextmanager
def opened(registry: Registry, folder: Path) -> Iterator[Any]:
    """The portal before this registry, in this process."""
    app = portal(Settings(environment="demo", data_dir=folder, registry_url="http://registry"))
    with TestClient(app):
        app.state.web = httpx.AsyncClient(transport=httpx.ASGITransport(app=registry.http.app))
        yield app


def let_in(site: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """Whoever signs in next is this one."""

    async def signs_in(form: Any, language: str, address: str) -> Any:
        return StartedSession(
            access_token=registry.token(by), expires_in=900, refresh_token="x", scope=ROLES[by], login=by
        )

    monkeypatch.setattr(site.state.visitors.sessions, "sign_in", signs_in)


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def listed(registry: Registry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.get("bureau", "/v1/registrations").json()["items"]
    return found


def test_a_clerk_registers_is_refused_mends_and_it_is_endorsed_reviewed_and_recognised(
    registry: Registry, site: Any
) -> None:
    clerk = Browser(site, registry, "institution-a-clerk")
    empty = clerk.http.get(f"{FORM}?programme=industry-urgent-talent")
    typed = {"subject__name": '测试<b>"甲', "subject__id_number": NUMBER[:-1] + "9", "fact_date": "10/1985"}
    refused = clerk.send(empty, FORM, **typed)
    assert refused.status_code == 422
    summary = Read(refused.text.partition('class="error-summary"')[2].partition("</section>")[0])
    leads_to = {str(a["href"]).removeprefix("#") for a in summary.all("a")}
    assert leads_to == {"reporting_unit", "fact_date"}
    ids = {each.get("id") for tag in ("input", "select") for each in Read(refused.text).all(tag)}
    assert leads_to <= ids
    assert "2018-12-07" in refused.text  # an example that works
    assert "<b>" not in refused.text
    assert clerk.fields(refused.text, FORM)["fact_date"] == "10/1985"
    right = {"subject__name": "赵植树", "reporting_unit": "donghu", "fact_date": "2019年7月1日", "act": "submit"}
    again = clerk.send(refused, FORM, **right)
    assert (again.status_code, 'href="#subject.id_number"' in again.text) == (422, True)
    assert NUMBER[:-1] not in str(again.url)
    assert listed(registry) == []

    done = clerk.send(again, FORM, **right, subject__id_number=NUMBER)
    assert done.status_code == 200
    assert "已登记：赵" in done.text
    assert "赵植树" not in done.text
    assert NUMBER not in done.text + str(done.url)
    assert clerk.fields(done.text, FORM)["subject.name"] == ""
    assert clerk.fields(done.text, FORM)["reporting_unit"] == "donghu"
    assert 'id="subject.name"' in done.text.partition("autofocus")[0][-300:]
    (one,) = listed(registry)
    assert one["fact_date"] == "2019-07-01"

    path = f"/registrations/{one['id']}"
    for name, act, state in (
        ("institution-a-reviewer", "endorse", "endorsed"),
        ("district-donghu", "pass_district", "district_passed"),
        ("bureau", "pass_city", "city_passed"),
    ):
        other = Browser(site, registry, name)
        assert other.send(other.http.get(path), f"{path}/{act}").status_code == 200
        assert registry.get("bureau", f"/v1{path}").json()["state"] == state
    bureau = Browser(site, registry, "bureau")
    missing = bureau.send(bureau.http.get(f"{path}/recognise"), f"{path}/recognise")
    assert (missing.status_code, 'href="#decision_no"' in missing.text) == (422, True)
    decided = {"decision_no": "洪人社字〔2019〕12号", "decision_date": "2019.8.1"}
    recognised = bureau.send(missing, f"{path}/recognise", **decided)
    assert "已认定" in recognised.text
    assert "洪人社字〔2019〕12号" in recognised.text
    clear = bureau.send(recognised, f"{path}/clear", purpose="review", explanation="核对证件原件与登记信息")
    assert NUMBER in clear.text
    assert NUMBER not in bureau.http.get(path).text
    assert Browser(site, registry, "institution-a-clerk").http.get(f"{path}/clear").status_code == 404


def test_p1_a_form_that_is_sent_twice_or_after_back_registers_once_and_is_undone(registry: Registry, site: Any) -> None:
    clerk = Browser(site, registry, "institution-a-clerk")
    empty = clerk.http.get(f"{FORM}?programme=industry-urgent-talent")
    typed = {"subject__name": "赵植树", "subject__id_number": NUMBER, "reporting_unit": "donghu"}
    first, second = (clerk.send(empty, FORM, **typed, fact_date="2019-7-1", act="submit") for _ in range(2))
    assert first.url == second.url
    (one,) = listed(registry)
    changed = clerk.send(empty, FORM, **typed | {"subject__name": "钱植树"}, fact_date="2019-7-1", act="submit")
    assert (changed.status_code, "这张表单已经提交过" in changed.text) == (422, True)
    assert len(listed(registry)) == 1
    undone = clerk.send(second, f"/registrations/{one['id']}/withdraw")
    assert "已撤回" in undone.text
    assert str(undone.url.path) == FORM
    assert listed(registry)[0]["state"] == "withdrawn"


@pytest.mark.parametrize("by", ["institution-a-clerk", "bureau"])
def test_p2_what_was_typed_waits_for_the_same_person_and_nobody_else(
    registry: Registry, site: Any, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = Browser(site, registry, "institution-a-clerk")
    empty = clerk.http.get(f"{FORM}?programme=industry-urgent-talent")
    clerk.held.ended = True
    sent = clerk.send(empty, FORM, subject__name="赵植树", subject__id_number=NUMBER, act="submit")
    assert str(sent.url.path) == "/sign-in"
    assert "内容已经保留" in sent.text
    visitors = site.state.visitors
    assert not any(NUMBER.encode() in sealed for sealed in visitors._kept._sealed.values())
    let_in(site, registry, monkeypatch, by)
    back = clerk.send(sent, "/sign-in", login=by, password="x")
    form = clerk.http.get(f"{FORM}?programme=industry-urgent-talent") if by == "bureau" else back
    assert (NUMBER in form.text, "赵植树" in form.text) == (by != "bureau",) * 2
    if by != "bureau":
        assert clerk.fields(form.text, FORM)["form_id"] == clerk.fields(empty.text, FORM)["form_id"]
    assert listed(registry) == []


def test_many_are_decided_on_at_once_each_with_its_own_outcome(registry: Registry, site: Any) -> None:
    for n in ("0011", "0038"):
        body: dict[str, Any] = {"programme": "industry-urgent-talent", "details": {}}
        assert registry.register(**body, id_number=f"36010119900101{n}").status_code == 201, n
    one, other = (each["id"] for each in listed(registry))
    reviewer = Browser(site, registry, "institution-a-reviewer")
    page = reviewer.http.get("/registrations?state=submitted")
    confirming = reviewer.send(
        page, "/registrations/batch", action="return", **{f"id.{one}": "on", f"id.{other}": "on"}
    )
    assert "共 2 条" in confirming.text
    refused = reviewer.send(confirming, "/registrations/batch")
    assert refused.status_code == 422
    assert {each["state"] for each in listed(registry)} == {"submitted"}
    done = reviewer.send(refused, "/registrations/batch", reason="请补充证明材料")
    assert "2 条办结" in done.text
    assert {each["state"] for each in listed(registry)} == {"returned"}


def test_search_sends_the_number_and_links_it_nowhere(registry: Registry, site: Any) -> None:
    assert registry.register(programme="industry-urgent-talent", details={}).status_code == 201
    clerk = Browser(site, registry, "institution-a-clerk")
    found = clerk.send(clerk.http.get("/registrations"), "/registrations", q=NUMBER)
    assert "产业紧缺" in found.text
    assert NUMBER not in str(found.url)
    assert clerk.http.get("/registrations?q=1").status_code == 422
    assert found.headers["x-frame-options"] == "DENY"
