"""A group of pages is one new file: the shell gives it all the rest, and keeps it apart from the others."""

from pathlib import Path

import httpx

from services.portal import pages
from services.portal.main import portal
from services.portal.shell.groups import PageGroup, find_groups
from services.portal.shell.session import PUBLIC
from shared.config import Settings
from shared.problems import Language, Said
from tests.portal.conftest import TOYS, City, served, with_group
from tests.portal.reading import Read

TOYS_ENTRY = (15, Said("玩具", "Toys"))


def navigation(html: str) -> list[str]:
    """The entries of the navigation, in order."""
    return Read(html.partition('<nav class="groups"')[2].partition("</nav>")[0].partition(">")[2]).words


def entries(language: Language, *more: tuple[int, Said]) -> list[str]:
    """The titles of the groups that lie in the folder and are for everybody, and of more, in their places."""
    found = [*((group.place, group.title) for group in find_groups(pages) if _shown(group)), *more]
    return [title.in_(language) for _, title in sorted(found, key=lambda entry: entry[0])]


def _shown(group: PageGroup) -> bool:
    return group.listed and PUBLIC in group.roles


def test_the_groups_are_those_that_lie_in_the_folder() -> None:
    folder = Path(pages.__file__).parent
    there = {each.stem for each in folder.iterdir() if not each.name.startswith("_")}
    assert {group.name for group in find_groups(pages)} == there


def test_one_new_file_is_a_page_with_layout_navigation_and_style(toys: httpx.Client, page: httpx.Client) -> None:
    assert navigation(page.get("/").text) == entries("zh")
    assert navigation(page.get("/").text)[:2] == ["总览", "历期通报"]
    assert navigation(toys.get("/").text) == entries("zh", TOYS_ENTRY)
    assert navigation(toys.get("/").text)[:3] == ["总览", "玩具", "历期通报"]
    answer = toys.get("/toys")
    read = Read(answer.text)
    assert answer.status_code == 200
    assert [a["href"] for a in read.all("a") if a.get("aria-current") == "page"] == ["/toys"]
    assert len(read.all("h1")) == len(read.all("main")) == len(read.all("header")) == 1
    assert ".toy{" in answer.text
    assert ".toy{" not in toys.get("/").text
    assert page.get("/toys").status_code == 404


def test_it_speaks_the_readers_language(toys: httpx.Client) -> None:
    assert "登记玩具" in toys.get("/toys").text
    english = toys.get("/toys?lang=en").text
    assert navigation(english) == entries("en", TOYS_ENTRY)
    assert navigation(english)[:3] == ["Overview", "Toys", "Bulletins"]
    assert "Register a toy" in english
    assert "Register a toy" in toys.get("/toys").text


def test_the_language_switch_leads_to_the_same_page(toys: httpx.Client) -> None:
    toys.get("/?lang=en")
    switch = Read(toys.get("/?as_of=2019-12-31&lang=en").text).all("a")
    assert {"?as_of=2019-12-31&lang=zh", "?as_of=2019-12-31&lang=en"} <= {a["href"] for a in switch}
    lost = toys.get("//example.org/x?lang=zh")
    assert lost.status_code == 404
    assert "没有这个页面" in lost.text
    assert "example.org" not in lost.text


def test_a_group_is_shown_to_the_roles_it_names_and_to_nobody_else(
    city: City, site: tuple[str, Settings], tmp_path: Path
) -> None:
    source = TOYS.read_text(encoding="utf-8").replace("roles=(PUBLIC,)", 'roles=("operator",)')
    with with_group(tmp_path, source):
        app = portal(site[1])
    with served(app) as address, httpx.Client(base_url=address, trust_env=False, verify=False) as program:
        browser = {"Accept": "text/html"}
        assert navigation(program.get("/", headers=browser).text) == entries("zh")
        for path in ("/toys", "/toys/robot"):
            refused = program.get(path, headers=browser)
            assert (refused.status_code, "您不能打开这个页面" in refused.text) == (403, True)
        assert program.get("/toys").json()["type"] == "/problems/forbidden"
        assert program.post("/toys", data={}).status_code == 403
    assert not any(path.startswith("/v1/toys") for path, *_ in [*city.requests, *city.written])
