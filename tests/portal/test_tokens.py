"""The portal's own token: fetched once, kept, fetched anew when it ends or is refused."""

import json
from collections import Counter

import httpx
import pytest

from services.portal.client import memory
from services.portal.client.tokens import ClientCredentials, credentials
from services.portal.main import portal
from shared.config import Settings
from tests.portal.conftest import City, served
from tests.portal.test_sign_in import sign_in


def test_one_token_serves_many_pages(page: httpx.Client, city: City) -> None:
    for _ in range(3):
        assert page.get("/").status_code == 200
    assert len(city.tokens) == 1


def test_a_token_that_ends_soon_is_not_used_again(page: httpx.Client, city: City) -> None:
    city.expires_in = 30
    page.get("/")
    before = len(city.tokens)
    page.get("/")
    assert len(city.tokens) > before


def test_a_refused_token_is_replaced_within_the_same_page(page: httpx.Client, city: City) -> None:
    page.get("/")
    city.refused |= set(city.tokens)
    answer = page.get("/")
    assert answer.status_code == 200
    assert "没有应答" not in answer.text
    assert len(city.tokens) == 2


def test_while_the_registry_is_away_the_token_still_opens_the_others(page: httpx.Client, city: City) -> None:
    page.get("/")
    city.down |= {"/oauth/token", "/v1/programmes", "/v1/reporting-units"}
    answer = page.get("/")
    assert answer.status_code == 200
    assert "完成情况暂时无法显示" not in answer.text


def test_without_credentials_the_page_says_that_nobody_answers(
    page: httpx.Client, city: City, site: tuple[str, Settings]
) -> None:
    site[1].credentials_path.unlink()
    assert page.get("/").status_code == 503
    assert city.tokens == []


def test_a_proxy_named_by_the_environment_is_not_used(
    city: City, site: tuple[str, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with served(portal(site[1])) as address, httpx.Client(base_url=address, trust_env=False, verify=False) as page:
        assert page.get("/").status_code == 200


def test_the_operators_credentials_go_before_those_of_the_demo(chosen: Settings) -> None:
    demo = {"leader": {"client_id": "leader", "client_secret": "s"}}
    chosen.credentials_path.write_text(json.dumps(demo))
    assert credentials(chosen) == ClientCredentials("leader", "s")
    own = chosen.model_copy(update={"portal_client_id": "portal", "portal_client_secret": "t"})
    assert credentials(own) == ClientCredentials("portal", "t")
    production = chosen.model_copy(update={"environment": "production"})
    assert credentials(production) is None
    chosen.credentials_path.write_text("[]")
    assert credentials(chosen) is None


def test_what_the_policy_says_is_asked_for_once_a_minute_and_for_nobody_else(
    city: City, site: tuple[str, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "KEPT_SECONDS", 60)
    with served(portal(site[1])) as address, httpx.Client(base_url=address, trust_env=False) as page:
        page.headers["Accept"] = "text/html"
        shown = [page.get("/").text for _ in range(2)]
        heard = Counter(path for path, *_ in city.requests)
        assert (heard["/v1/programmes"], heard["/v1/policy"], heard["/v1/progress"]) == (1, 1, 2)
        assert all("市级技能大师工作室" in each for each in shown)
        sign_in(page)
        page.get("/")
        assert Counter(path for path, *_ in city.requests)["/v1/programmes"] == 2
