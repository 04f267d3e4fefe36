"""Signing in at an issuer by the pages of the portal: a real one of others' making, the real registry, a browser."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from services.portal.main import portal
from services.registry.main import service
from tests.conftest import forget
from tests.portal.conftest import served
from tests.registry.accounts.test_issuer import bound, configured
from tests.registry.conftest import Registry

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what Authlib will leave out some day
    from oidc_provider_mock import run_server_in_thread


@contextmanager
def browsing(registry: Registry, monkeypatch: pytest.MonkeyPatch, issuer: str) -> Iterator[httpx.Client]:
    """A browser before the portal of a registry that knows an issuer."""
    with served(service.app(registry.context)) as address:
        own = registry.context.settings.model_copy(update={"registry_url": address, "oidc_name": "赣政通"})
        with served(portal(own)) as pages, httpx.Client(base_url=pages, trust_env=False, timeout=60) as browser:
            browser.headers["Accept"] = "text/html"
            monkeypatch.setenv("TALENT_PORTAL_URL", pages)
            configured(monkeypatch, issuer)
            yield browser
    forget()


def sent_back(browser: httpx.Client, **form: str) -> str:
    """Where the issuer sends a browser that went there from the page, and did this."""
    assert "用赣政通登录" in browser.get("/sign-in").text
    there = browser.get("/sign-in/issuer")
    assert there.status_code == 303, there.text
    back = httpx.post(there.headers["location"], data=form, trust_env=False)
    return str(back.headers["location"])


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # of the issuer's own code
def test_a_person_goes_to_the_issuer_and_comes_back_signed_in(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_server_in_thread() as real:
        issuer = f"http://localhost:{real.server_port}"
        with browsing(registry, monkeypatch, issuer) as browser:
            bound(registry, "gov-0001")
            back = sent_back(browser, sub="gov-0001")
            with httpx.Client(trust_env=False, headers=browser.headers) as other:  # whom somebody sent this address
                assert "没有完成" in other.get(back).text
            came = browser.get(back)
            assert (came.status_code, came.headers["location"]) == (303, "/")
            assert "您已登录：liu" in browser.get("/sign-in").text
            assert "issuer-visit" not in browser.cookies
            browser.cookies.clear()
            unknown = browser.get(sent_back(browser, sub="gov-0002"))
            assert (unknown.status_code, "请联系人社局" in unknown.text, "gov-0002" in unknown.text) == (
                422,
                True,
                False,
            )
            denied = browser.get(sent_back(browser, action="deny"))
            assert (denied.status_code, "没有完成" in denied.text) == (422, True)
            refused: Any = browser.get("/sign-in/issuer", headers={"Sec-Fetch-Site": "cross-site"})
            assert refused.status_code == 403


def test_an_issuer_that_is_away_is_said_on_the_page_where_one_signs_in_by_a_password(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with browsing(registry, monkeypatch, "http://127.0.0.1:9") as browser:
        away = browser.get("/sign-in/issuer")
        assert (away.status_code, "有口令的账号可以在登录页用口令登录" in away.text) == (503, True)
        assert 'name="password"' in away.text
