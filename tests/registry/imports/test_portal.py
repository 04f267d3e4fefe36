"""The story of an import in the portal before a real registry: uploaded, seen, committed, taken back."""

import re
from dataclasses import dataclass

import httpx

from services.portal.main import portal
from services.portal.shell.session import Visitor, Visitors
from services.registry.main import service
from shared.auth import Role
from tests.portal.conftest import served
from tests.portal.test_sign_in import token_in
from tests.registry.conftest import Registry
from tests.registry.imports.files import A, csv_of, number, row, run
from tests.registry.imports.test_lists import HEADER, listed


@dataclass
class ClerkToken:
    """The clerk's token, as a session would have it."""

    value: str

    async def token(self) -> str:
        """It holds for the whole test."""
        return self.value

    def refused(self, token: str) -> None:
        """It is not."""


def test_a_clerk_uploads_looks_commits_and_takes_it_back(registry: Registry) -> None:
    rows = [row(n) for n in range(1, 31)]
    rows[4] |= {"填报单位": "火星区"}
    clerk = Visitor(Role.INSTITUTION_CLERK, ClerkToken(registry.token(A)), registry.credentials[A]["client_id"])
    with served(service.app(registry.context)) as address:
        app = portal(registry.context.settings.model_copy(update={"registry_url": address}))
        with served(app) as pages, httpx.Client(base_url=pages, trust_env=False, verify=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            visitors: Visitors = app.state.visitors
            visitors.of = lambda request: clerk  # type: ignore[method-assign]  # signing in is another story
            empty = browser.get("/imports/new").text
            fields = {"csrf_token": token_in(empty), "form_id": form_id(empty), "programme": "youth-intake"}
            sent = {"file": ("六月名册.csv", csv_of(rows))}
            uploaded = browser.post("/imports/new", data=fields, files=sent)
            assert uploaded.status_code == 303, uploaded.text
            job = uploaded.headers["location"]
            again = browser.post("/imports/new", data=fields, files=sent)  # the back button, and once more
            assert again.headers["location"] == job
            assert 'http-equiv="refresh"' in browser.get(job).text

            run(registry)
            seen = browser.get(job).text
            assert "六月名册.csv" in seen
            assert "提交，登记 29 行" in seen
            assert "+29" in seen
            assert "event: reload" in browser.get(f"{job}/stream").text
            assert browser.get(f"{job}/report.xlsx").content.startswith(b"PK")

            browser.post(f"{job}/commit", data={"csrf_token": token_in(seen)})
            run(registry)
            assert len(registry.events()) == 29
            sure = browser.get(f"{job}/undo").text
            browser.post(f"{job}/undo", data={"csrf_token": token_in(sure)})
            run(registry)
            assert re.search(r"已撤回</dt><dd>29<", browser.get(job).text)


def test_an_officer_brings_a_list_and_another_confirms_it(registry: Registry) -> None:
    registry.register(id_number=number(1))
    visitor = {
        name: Visitor(Role.BUREAU_OFFICER, ClerkToken(registry.token(name)), registry.credentials[name]["login"])
        for name in ("bureau", "bureau-2")
    }
    with served(service.app(registry.context)) as address:
        app = portal(registry.context.settings.model_copy(update={"registry_url": address}))
        with served(app) as pages, httpx.Client(base_url=pages, trust_env=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            visitors: Visitors = app.state.visitors
            visitors.of = lambda request: visitor["bureau"]  # type: ignore[method-assign]
            empty = browser.get("/imports/new").text
            assert browser.get("/imports/templates/transitions.xlsx").content.startswith(b"PK")
            fields = {"csrf_token": token_in(empty), "form_id": form_id(empty), "kind": "transitions"}
            sent = {"file": ("会议清单.csv", csv_of([listed(1, "撤销")], HEADER))}
            job = browser.post("/imports/new", data=fields, files=sent).headers["location"]
            run(registry)
            seen = browser.get(job).text
            assert "提交，办理 1 行" in seen
            assert "撤销" in seen
            browser.post(f"{job}/commit", data={"csrf_token": token_in(seen)})
            run(registry)
            assert "确认，办理" not in browser.get(job).text
            visitors.of = lambda request: visitor["bureau-2"]  # type: ignore[method-assign]
            other = browser.get(job).text
            assert "确认，办理 1 行" in other
            browser.post(f"{job}/approve", data={"csrf_token": token_in(other)})
            run(registry)
            assert [each.state for each in registry.events()] == ["recognised", "revoked"]


def test_a_clerk_says_what_a_column_is_and_forgets_it_again(registry: Registry) -> None:
    clerk = Visitor(Role.INSTITUTION_CLERK, ClerkToken(registry.token(A)), registry.credentials[A]["client_id"])
    content = csv_of([row(1)]).replace("事实发生日期".encode("gb18030"), "报到日".encode("gb18030"))
    with served(service.app(registry.context)) as address:
        app = portal(registry.context.settings.model_copy(update={"registry_url": address}))
        with served(app) as pages, httpx.Client(base_url=pages, trust_env=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            visitors: Visitors = app.state.visitors
            visitors.of = lambda request: clerk  # type: ignore[method-assign]
            empty = browser.get("/imports/new").text
            fields = {"csrf_token": token_in(empty), "form_id": form_id(empty), "programme": "youth-intake"}
            job = browser.post("/imports/new", data=fields, files={"file": ("a.csv", content)}).headers["location"]
            run(registry)
            seen = browser.get(job).text
            assert "D 报到日" in seen
            named = {"csrf_token": token_in(seen), "wording.1": "报到日", "field.1": "/fact_date"}
            assert browser.post(f"{job}/columns", data=named).status_code == 303
            run(registry)
            assert "提交，登记 1 行" in browser.get(job).text
            kept = browser.get("/imports/new").text
            path = re.search(r'action="(/imports/columns/[^"]+)"', kept)
            assert path
            assert browser.post(path[1], data={"csrf_token": token_in(kept)}).status_code == 303
            assert "报到日" not in browser.get("/imports/new").text


def form_id(html: str) -> str:
    """The number of a form."""
    found = re.search(r'name="form_id" value="([^"]+)"', html)
    assert found
    return found[1]
