"""Every page that somebody gets to by links from their first page on, whatever groups of pages there are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from playwright.sync_api import Page

from services.portal import pages
from services.portal.shell.groups import find_groups
from tests.portal.reading import Read

MOST_OF_A_ROUTE = 3  # pages that one route makes for one person: the fourth registration looks as the first ones do
OF_NO_GROUP = ("/sign-in", "/docs", "/assets")


@dataclass(frozen=True)
class Reached:
    """A page or file that somebody got to: by which route, what the answer was, and from which page the link came."""

    route: str
    path: str
    status: int
    html: str
    linked_from: str


@cache
def routes() -> Sequence[APIRoute]:
    """Everything that can be read in the portal's groups, but for streams."""
    found = [each for group in find_groups(pages) for each in group.router.routes if isinstance(each, APIRoute)]
    read = [each for each in found if "GET" in (each.methods or ())]
    return [each for each in read if each.response_class is not EventSourceResponse]


def routes_of_pages() -> set[str]:
    """The routes that make pages; the others make files."""
    return {each.path for each in routes() if _makes_pages(each)}


def _makes_pages(route: APIRoute) -> bool:
    chosen = getattr(route.response_class, "value", route.response_class)
    return chosen is HTMLResponse


def crawl(page: Page, *also: str) -> Iterator[Reached]:
    """What the person who signed in there gets to, each link once, by the requests of their own session.

    `also` are pages of theirs that stand too far down a list to be among the first of their route.
    """
    waiting = [(each, "") for each in (_local(page.url), *also)]
    done, counts = set(), Counter[str]()
    while waiting:
        path, linked_from = waiting.pop(0)
        route = route_of(path)
        if path in done or counts[route] == MOST_OF_A_ROUTE:
            continue
        done.add(path)
        counts[route] += 1
        # Asked again where a connection that was kept had ended meanwhile.
        answer = page.request.get(path, headers={"Accept": "text/html"}, max_retries=2)
        html = answer.text() if answer.headers.get("content-type", "").startswith("text/html") else ""
        yield Reached(route, path, answer.status, html, linked_from)
        waiting += [(each, path) for each in _links(html)]


@cache
def route_of(path: str) -> str:
    """The path of the route that a link leads to; the link itself where there is none."""
    plain = urlsplit(path).path
    return next((each.path for each in routes() if each.path_regex.match(plain)), plain)


def looks(reached: Reached) -> set[object]:
    """What a page is made of: its route, and its elements with their classes. Of pages alike, one is enough."""
    elements = Read(reached.html).elements
    return {reached.route} | {(tag, attributes.get("class"), attributes.get("type")) for tag, attributes in elements}


def _links(html: str) -> list[str]:
    """Where a page leads within the portal, without the places on a page and without the other language."""
    read = Read(html)
    found = [attributes.get("href") for attributes in read.all("a") if "hreflang" not in attributes]
    found += [attributes.get("action") for attributes in read.all("form") if attributes.get("method") == "get"]
    hrefs = [(each or "").partition("#")[0] for each in found]
    return [each for each in hrefs if each.startswith("/") and not each.startswith(OF_NO_GROUP)]


def _local(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
