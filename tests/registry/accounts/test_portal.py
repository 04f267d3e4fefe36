"""Credentials in the portal before a real registry: one person issues, another approves, and withdrawing ends it."""

import httpx

from services.portal.main import portal
from services.portal.shell.session import Visitor, Visitors
from services.registry.main import service
from shared.auth import Role
from tests.portal.conftest import served
from tests.portal.test_sign_in import token_in
from tests.registry.conftest import Registry
from tests.registry.imports.test_portal import ClerkToken


def test_w05_who_issued_a_credential_does_not_approve_it(registry: Registry) -> None:
    first, second = (
        Visitor(Role.BUREAU_OFFICER, ClerkToken(registry.token(each)), each) for each in ("bureau", "bureau-2")
    )
    partner = registry.get("bureau", "/v1/institutions").json()["items"][0]["id"]
    path = f"/admin/institutions/{partner}"
    with served(service.app(registry.context)) as address:
        app = portal(registry.context.settings.model_copy(update={"registry_url": address}))
        with served(app) as pages, httpx.Client(base_url=pages, trust_env=False, verify=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            visitors: Visitors = app.state.visitors
            visitors.of = lambda request: first  # type: ignore[method-assign]  # signing in is another story
            form = {"csrf_token": token_in(browser.get(path).text), "name": "人事系统", "role": "institution_clerk"}
            assert "密钥只显示这一次" in browser.post(f"{path}/clients", data=form).text
            issued = registry.get("bureau", f"/v1{path.removeprefix('/admin')}/clients").json()["items"]
            client = next(each["client_id"] for each in issued if each["name"] == "人事系统")
            assert "须由另一名人才办人员核准" in browser.post(f"{path}/clients/{client}/approve", data=form).text
            visitors.of = lambda request: second  # type: ignore[method-assign]
            assert browser.post(f"{path}/clients/{client}/approve", data=form).status_code == 303
            assert browser.post(f"{path}/clients/{client}/withdraw", data=form).status_code == 303
            assert "已注销" in browser.get(path).text
