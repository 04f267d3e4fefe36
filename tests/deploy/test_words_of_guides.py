"""Guides name buttons, pages and fields as the portal does, in both languages; each step is there in both."""

import re
from pathlib import Path

import pytest

from tests.house.test_languages import sentences

FOLDER = Path(__file__).parents[2] / "docs" / "guides"
OF_THE_PORTAL = tuple(path for path in FOLDER.glob("*.md") if path.stem != "partner")
SHOWN = ("services/portal/", "shared/actions.py", "services/registry/transitions/errors.py")
ITEM = re.compile(r"^(?:\d+\.|-) (.+?)\n\n {2,3}(?=\S)(.+?)(?=\n(?:\d+\.|-|#|!|\n|\Z)|\Z)", re.MULTILINE | re.DOTALL)
BEGINNING = re.compile(r"^(?:\d+\.|-) ", re.MULTILINE)
NAMED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PLACE = re.compile(r"\\\{.*?\\\}")  # what a word of the portal leaves open


@pytest.fixture(scope="module")
def words() -> set[tuple[str, str]]:
    """Whatever the portal shows, with its English."""
    return {(zh, en) for place, zh, en in sentences() if place.startswith(SHOWN)}


def is_shown(words: set[tuple[str, str]], zh: str, en: str) -> bool:
    """Whether it is a word of the portal, or one of several parts, such as a button that names the act."""
    if (zh, en) in words:
        return True
    composed = ((PLACE.sub("(.+)", re.escape(one)), PLACE.sub("(.+)", re.escape(two))) for one, two in words)
    matches = (
        (re.fullmatch(one, zh), re.fullmatch(two, en)) for one, two in composed if len(one) > 6 and "(.+)" in one
    )
    return any(one and two and is_shown(words, one[1], two[1]) for one, two in matches)


def unknown(words: set[tuple[str, str]], text: str) -> list[str]:
    """What the steps of a guide name in either language that the portal does not show, or the other does not name."""
    found = []
    for zh, en in ITEM.findall(text):
        also = [re.sub(r"\s+", " ", each) for each in NAMED.findall(en)]
        for named in NAMED.findall(zh):
            same = next((each for each in also if is_shown(words, named, each)), None)
            if same is None:
                found.append(named)
            else:
                also.remove(same)
        found += also
    return found


@pytest.mark.parametrize("path", OF_THE_PORTAL, ids=lambda path: path.stem)
def test_what_a_step_names_is_what_the_portal_shows(path: Path, words: set[tuple[str, str]]) -> None:
    assert unknown(words, path.read_text()) == []


@pytest.mark.parametrize("path", OF_THE_PORTAL, ids=lambda path: path.stem)
def test_every_step_is_in_both_languages_and_nothing_else_names_words(path: Path) -> None:
    text = path.read_text()
    items = ITEM.findall(text)
    assert len(items) == len(BEGINNING.findall(text)) > 0
    assert len(NAMED.findall(text)) == sum(len(NAMED.findall(zh + en)) for zh, en in items)
    assert all(re.search("[一-鿿]", zh) for zh, _ in items)


def test_a_button_that_has_another_name_is_found(words: set[tuple[str, str]]) -> None:
    item = "1. 点**{}**。\n\n   Press **{}**.\n"
    assert unknown(words, item.format("登记并提交", "Register and submit")) == []
    assert unknown(words, item.format("确认办理：认定", "Confirm: recognise")) == []
    assert unknown(words, item.format("登记并提交", "Register")) == ["登记并提交", "Register"]
    assert unknown(words, item.format("确认办理：提拔", "Confirm: promote")) == ["确认办理：提拔", "Confirm: promote"]
