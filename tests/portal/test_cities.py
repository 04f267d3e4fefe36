"""Several cities on one page, as a province looks at them: two cities that answer, one that is away, none at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from services.portal.client.cities import BadCities, read_cities
from services.portal.main import portal
from shared.auth import Role
from shared.config import Settings
from tests.portal.conftest import City, served
from tests.portal.reading import Read
from tests.portal.test_drill_down import signed_in

ENTRY = """
[{code}]
name_zh = "{code}市"
name_en = "{code}"
registry_url = "{url}"
quota_url = "{url}"
portal_url = "https://{code}.example"
client_id = "leader"
client_secret = "secret"
"""


class Province(NamedTuple):
    """Its portal as a browser finds it, and the two cities it has joined."""

    page: httpx.Client
    first: City
    second: City


@pytest.fixture(scope="module")
def two_cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, City, City]]:
    """Two cities as servers, and the address of a portal that knows both."""
    first, second, folder = City(), City(), tmp_path_factory.mktemp("province")
    with served(first.app()) as one, served(second.app()) as other:
        file = folder / "cities.toml"
        file.touch(0o600)
        file.write_text(ENTRY.format(code="hongzhou", url=one) + ENTRY.format(code="linjiang", url=other), "utf-8")
        own = Settings(
            environment="demo", data_dir=folder, cities=file, registry_url=one, quota_url=one, notify_url=one
        )
        with served(portal(own)) as address:
            yield address, first, second


@pytest.fixture
def province(two_cities: tuple[str, City, City]) -> Iterator[Province]:
    """Both cities with the sample year, and a leader who has signed in."""
    address, first, second = two_cities
    first.reset()
    second.reset()
    with httpx.Client(base_url=address, trust_env=False, verify=False, timeout=60) as client:
        client.headers["Accept"] = "text/html"
        signed_in(client, first, Role.LEADER)
        yield Province(client, first, second)


def test_figures_of_two_cities_stand_side_by_side_and_added_up(province: Province) -> None:
    goal = next(each for each in province.first.answers["/v1/progress"] if each["amount"] and not each.get("unit"))
    province.first.answers["/v1/progress"] = [goal | {"value": 7, "amount": 9_000}]
    province.second.answers["/v1/progress"] = [goal | {"value": 1_005, "amount": 1_000}]
    answer = province.page.get("/cities", params={"as_of": "2019-12-31"})
    assert answer.status_code == 200
    assert "1,012／10,000 10.1% 7／9,000 1,005／1,000" in Read(answer.text).text
    queries = [query for path, query, _ in province.second.requests if path == "/v1/progress"]
    assert queries == [{"as_of": "2019-12-31"}]


def test_a_city_that_is_away_is_named_and_left_out(province: Province) -> None:
    province.second.down.add("/v1/progress")
    text = Read(province.page.get("/cities").text).text
    assert "没有应答，未计入合计：linjiang市" in text
    assert "hongzhou市" in text


def test_a_client_that_a_city_withdrew_is_that_citys_silence_and_ends_no_session(province: Province) -> None:
    province.second.down.add("/oauth/token")
    answer = province.page.get("/cities")
    assert answer.status_code == 200
    province.first.down.add("/v1/progress")
    assert province.page.get("/cities").status_code == 503


@pytest.mark.parametrize("role", [Role.INSTITUTION_CLERK, Role.DISTRICT_OFFICER, Role.OPERATOR])
def test_who_looks_after_one_city_or_institution_is_not_shown_others(province: Province, role: Role) -> None:
    signed_in(province.page, province.first, role)
    assert province.page.get("/cities").status_code == 403


def test_where_no_city_is_joined_there_is_no_such_page(page: httpx.Client, city: City, province: Province) -> None:
    signed_in(page, city, Role.LEADER)
    assert page.get("/cities").status_code == 404
    assert "各市汇总" not in page.get("/units").text
    assert "各市汇总" in province.page.get("/units").text


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("[a]\nname_zh = 'x'\nclient_secret = 'hush'", 0o600, "client_id"),
        ("[a", 0o600, r"no TOML.*TALENT_CITIES.*Expected"),
        ("client_secret = hush", 0o600, "line 1"),
        (ENTRY.format(code="a", url="http://x") * 2, 0o600, r"某市重复.*a city twice.*'a'"),
        (ENTRY.format(code="a", url="http://x"), 0o644, "chmod 600"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_without_what_it_holds(
    tmp_path: Path, content: str, mode: int, said: str
) -> None:
    file = tmp_path / "cities.toml"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(BadCities, match=said) as refused:
        read_cities(file)
    assert "hush" not in str(refused.value)
