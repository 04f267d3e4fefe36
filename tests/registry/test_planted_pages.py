"""Every form of the portal, each of its fields filled with somebody's name and number: neither is kept or told."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.portal.reading import Read
from tests.registry.conftest import Registry
from tests.registry.imports.test_planted import NAME, PHONE, all_logged, kept_in_clear, planted_in
from tests.registry.subjects import person
from tests.registry.test_pages import Browser, opened

TYPED = f"{NAME} {PHONE}"
ONE_OF_A_KIND = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/units/)[a-z-]+|(?<=/programmes/)[a-z-]+")
STARTS = ("/", "/registrations", "/registrations/new?programme=youth-intake", "/sign-in", "/search")
# Free fields of forms that make an address: they say when, by which login, and which record.
IN_ADDRESSES = {"as_of", "day_from", "day_to", "by", "object"}


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def crawled(browser: Browser, starts: Sequence[str]) -> Iterator[Any]:
    """A page of each kind that links lead to; of pages that differ in whose they are alone, the first."""
    waiting, seen = [*starts], {"/assets"}
    while waiting:
        path = waiting.pop(0)
        kind = ONE_OF_A_KIND.sub("", path.partition("?")[0])
        if kind in seen or not path.startswith("/"):
            continue
        seen.add(kind)
        page = browser.http.get(path)
        if page.headers["content-type"].startswith("text/html"):
            yield page
            waiting += [str(each.get("href") or "") for each in Read(page.text).all("a")]


def forms(html: str) -> Iterator[tuple[str, str, set[str]]]:
    """Method, address and free fields of each form."""
    for head, inner in re.findall(r"<form([^>]*)>(.*?)</form>", html, re.DOTALL):
        method, to = (re.search(rf'{name}="([^"]*)"', head) for name in ("method", "action"))
        fields = [*Read(inner).all("input"), *Read(inner).all("textarea")]
        free = {str(each["name"]) for each in fields if each.get("type", "text") in ("text", "search", "password")}
        yield (method[1] if method else "get"), (to[1] if to else ""), free


def said_beside(answer: Any) -> str:
    """What of an answer is kept by browsers and by whoever stands between: addresses, headers, cookies, links."""
    way = [*answer.history, answer]
    links = [str(each.get("href")) for each in Read(answer.text).all("a")]
    return " ".join([*(f"{each.url} {each.headers}" for each in way), *links])


def test_no_form_takes_a_name_or_number_where_it_is_kept_in_clear(
    registry: Registry, site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = registry.post("institution-a-clerk", "/v1/registrations", person(1)).json()
    sent = set()
    for name in ("institution-a-clerk", "bureau", "auditor"):
        browser = Browser(site, registry, name)
        for page in crawled(browser, [*STARTS, f"/subject-requests/new?subject={made['subject_ref']}"]):
            for method, to, free in forms(page.text):
                kind = ONE_OF_A_KIND.sub("", to)
                if method == "get":
                    assert free <= IN_ADDRESSES, (str(page.url), free)
                elif free and kind not in sent:
                    sent.add(kind)
                    fields = browser.fields(page.text, to) | dict.fromkeys(free, TYPED)
                    answer = browser.http.post(to, data=fields)
                    assert planted_in(said_beside(answer)) == set(), to
    browser.http.cookies.clear()
    refused = browser.send(browser.http.get("/sign-in"), "/sign-in", login=TYPED, password=TYPED)
    assert planted_in(said_beside(refused)) == set()
    assert {"/search", "/registrations", "/registrations/new", "/placements/new", "/admin/accounts"} <= sent
    assert len(sent) > 15, sent
    assert kept_in_clear(registry) == set()
    assert planted_in(all_logged(caplog)) == set()
