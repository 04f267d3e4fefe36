"""The scripts that pages of whoever has signed in bring along: files of ours, as they lie there."""

import re
from pathlib import Path

import httpx

from services.portal.shell import assets

# What leads to code out of text, to what a browser keeps, or to pages of others (ASVS 5.0, 3.5.5, 14.3.3, 15.3.6).
NEEDED_BY_NONE = re.compile(
    r"\beval\b|\bFunction\b|document\.write|setTimeout\(\s*[\"'`]|localStorage|sessionStorage|indexedDB|document\.cookie"
    r"|postMessage|\"message\"|__proto__|\bprototype\b|\[[a-z][\w.]*\]\s*=[^=]|Object\.assign|\bimport\b|https?://"
)


def test_the_scripts_are_files_of_ours_and_do_no_more_than_they_need(page: httpx.Client) -> None:
    files = sorted((Path(assets.__file__).parent / "scripts").iterdir())
    assert [page.get(address).content for address in assets.SCRIPTS] == [each.read_bytes() for each in files]
    assert [each.name for each in files if NEEDED_BY_NONE.search(each.read_text())] == []
    put_as_markup = [line for each in files for line in each.read_text().splitlines() if "HTML" in line]
    assert all("event.data" in each for each in put_as_markup)  # parts of pages, which the portal's templates made
    assert len(put_as_markup) == 2


def test_what_none_needs_would_be_found() -> None:
    for line in ('localStorage.setItem("a", b)', "held[key] = value", 'addEventListener("message", f)', "eval(text)"):
        assert NEEDED_BY_NONE.search(line), line
