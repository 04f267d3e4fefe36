"""Accounts in the portal before a real registry: a password is shown once, and another person approves."""

import re

import httpx

from services.portal.main import portal
from services.portal.shell.session import Visitor, Visitors
from services.registry.main import service
from shared.auth import Role
from tests.portal.conftest import served
from tests.portal.test_sign_in import token_in
from tests.registry.conftest import Registry
from tests.registry.imports.test_portal import ClerkToken

PAGE = "/admin/accounts"


def test_w05_an_account_is_issued_by_one_and_approved_by_another(registry: Registry) -> None:
    first, second = (
        Visitor(Role.BUREAU_OFFICER, ClerkToken(registry.token(each)), each) for each in ("bureau", "bureau-2")
    )
    with served(service.app(registry.context)) as address:
        app = portal(registry.context.settings.model_copy(update={"registry_url": address}))
        with served(app) as pages, httpx.Client(base_url=pages, trust_env=False, verify=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            visitors: Visitors = app.state.visitors
            visitors.of = lambda request: first  # type: ignore[method-assign]  # signing in is another story
            form = {"csrf_token": token_in(browser.get(PAGE).text)}
            new = {"login": "wang-li", "name": "王丽", "role": "district_officer", "institution_id": ""}
            refused = browser.post(PAGE, data=form | new | {"reporting_unit": ""})
            assert (refused.status_code, 'value="wang-li"' in refused.text) == (422, True)
            once = browser.post(PAGE, data=form | new | {"reporting_unit": "donghu"}).text
            shown = re.findall(r"<code>(.*?)</code>", once)
            assert (shown[0], len(shown[1]) > 8) == ("wang-li", True)
            assert shown[1] not in browser.get(PAGE).text
            people = registry.get("bureau", "/v1/accounts?limit=200").json()["items"]
            path = f"{PAGE}/{next(each['id'] for each in people if each['login'] == 'wang-li')}"
            assert "须由另一名人才办人员核准" in browser.post(f"{path}/approve", data=form).text
            assert 'name="seen" value="1"' in browser.get(PAGE).text
            assert "已被他人更改" in browser.post(f"{path}/approve", data=form | {"seen": "7"}).text
            visitors.of = lambda request: second  # type: ignore[method-assign]
            assert browser.post(f"{path}/approve", data=form).status_code == 303
            assert "等待另一人重置" in browser.post(f"{path}/reset-password", data=form).text
            visitors.of = lambda request: first  # type: ignore[method-assign]
            assert "口令只显示这一次" in browser.post(f"{path}/reset-password", data=form).text
            assert browser.post(f"{path}/suspend", data=form).status_code == 303
            assert "已停用" in browser.get(PAGE).text
