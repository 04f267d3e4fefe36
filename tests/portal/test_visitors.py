"""Who may look: in production nobody who has not signed in, unless the public page is switched on."""

from collections.abc import Iterator

import httpx
import pytest

from services.portal.main import portal
from shared.config import Settings
from tests.portal.conftest import City, served

CREDENTIALS = {"portal_client_id": "leader", "portal_client_secret": "secret"}


def production(site: tuple[str, Settings], **more: object) -> Settings:
    """The settings of a production with the portal's own client."""
    return site[1].model_copy(update={"environment": "production", **CREDENTIALS, **more})


@pytest.fixture
def closed(city: City, site: tuple[str, Settings]) -> Iterator[httpx.Client]:
    """A production as it is without being told otherwise."""
    with (
        served(portal(production(site))) as address,
        httpx.Client(base_url=address, trust_env=False, verify=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/?as_of=gestern", "/bulletins", "/bulletins/00000000-0000-0000-0000-000000000007.html"]
)
def test_production_asks_strangers_to_sign_in_and_asks_the_services_nothing(
    closed: httpx.Client, city: City, path: str
) -> None:
    answer = closed.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "请先登录" in answer.text
    assert '<nav class="groups"' not in answer.text
    assert (city.requests, city.tokens) == ([], [])


def test_it_asks_so_in_the_readers_language(closed: httpx.Client) -> None:
    english = closed.get("/", params={"lang": "en"}, headers={"Accept": "text/html"})
    assert (english.status_code, '<html lang="en">' in english.text) == (401, True)
    assert "Please sign in" in english.text
    assert "Please sign in" in closed.get("/bulletins", headers={"Accept": "text/html"}).text


def test_a_program_gets_a_problem(closed: httpx.Client) -> None:
    answer = closed.get("/")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/sign-in-needed")
    assert closed.head("/").status_code == 401


def test_whether_it_lives_is_no_secret(closed: httpx.Client) -> None:
    assert closed.get("/livez").json() == closed.get("/readyz").json() == {"status": "ok"}
    assert closed.get("/metrics").status_code == 404  # on the inner port alone


def test_switched_on_the_public_page_is_there_in_production_too(city: City, site: tuple[str, Settings]) -> None:
    with served(portal(production(site, public_page=True))) as address:
        answer = httpx.get(address, params={"as_of": "2019-12-31"}, trust_env=False, verify=False)
        assert (answer.status_code, "国内外顶尖人才" in answer.text) == (200, True)
        assert httpx.get(f"{address}/bulletins", trust_env=False, verify=False).status_code == 404


@pytest.mark.parametrize("environment", ["demo", "production"])
def test_the_switch_is_off_unless_somebody_sets_it(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_ENVIRONMENT", environment)
    monkeypatch.delenv("TALENT_PUBLIC_PAGE", raising=False)
    assert not Settings().public_page
    monkeypatch.setenv("TALENT_PUBLIC_PAGE", "true")
    assert Settings().public_page
