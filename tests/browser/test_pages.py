"""Every page of every role, found by its links: whole, wide enough, and fit for those who see it badly."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.crawling import Reached, crawl, looks, routes_of_pages
from tests.browser.fitness import faults_of, widths_of
from tests.browser.seeding import YOUTH

Crawled = dict[str, list[Reached]]
WHO = (
    "bureau",
    "institution-a-clerk",
    "leader",
    "auditor",
    "operator",
    "district-donghu",
    "institution-a-reviewer",
)
PAGE_RULES = "[...document.styleSheets[0].cssRules].filter(e => e instanceof CSSPageRule).map(e => e.cssText).join()"
NOT_YET_THERE = {  # in the small city
    "/cities",
    "/admin/channels/{code}",
    "/admin/channels/{code}/remove",
    "/admin/dead-letters/{service}/{letter_id}",
    "/admin/subscriptions/{subscription_id}",
    "/admin/subscriptions/{subscription_id}/end",
    "/subject-requests/restriction/{subject_ref}",
    "/subject-requests/{request_id}",
}


@pytest.fixture(scope="module")
def crawled(people: People) -> Crawled:
    """What each role gets to, and who has not signed in."""
    found: Crawled = {}
    shared_out = people.city.progress("industry-urgent-talent")["quota_id"]
    (back,) = people.city.client("bureau").get("/v1/registrations", params={"state": "returned"}).json()["items"]
    further_down = {
        "bureau": (f"/admin/quotas/{shared_out}", f"/registrations?programme={YOUTH}", "/search"),
        "institution-a-clerk": (f"/registrations/{back['id']}",),
    }
    for name in WHO:
        with people.signed_in(name) as page:
            found[name] = list(crawl(page, *further_down.get(name, ())))
    with people.visitor() as page:
        page.goto("/")
        found["public"] = list(crawl(page))
    return found


def test_every_link_leads_to_what_its_reader_may_see(crawled: Crawled) -> None:
    answers = {(name, each.linked_from, each.path): each.status for name in crawled for each in crawled[name]}
    assert {which: status for which, status in answers.items() if status != 200} == {}


def test_every_page_there_is_is_reached_by_somebody(crawled: Crawled) -> None:
    reached = {each.route for pages in crawled.values() for each in pages}
    assert routes_of_pages() - reached <= NOT_YET_THERE


def test_every_page_is_fit_at_every_width_in_the_dark_and_to_axe(people: People, crawled: Crawled) -> None:
    """Of pages that look alike one is looked at; each in Chinese, and in English as far as its room goes."""
    seen: set[object] = set()
    faults: dict[str, list[str]] = {}
    for name, pages in crawled.items():
        with people.visitor() if name == "public" else people.signed_in(name) as page:
            for each in pages:
                if each.html and not (own := looks(each)) <= seen:
                    seen |= own
                    page.goto(in_language(each.path, "zh"))
                    found = faults_of(page)
                    page.goto(in_language(each.path, "en"))
                    found += [f"in English: {fault}" for fault in widths_of(page)]
                    faults |= {f"{name} {each.path}": found} if found else {}
    assert faults == {}


def in_language(path: str, language: str) -> str:
    """A page in a language, whatever was read before."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def test_what_is_printed_has_page_numbers_and_no_navigation(people: People) -> None:
    with people.signed_in("bureau") as page:
        page.emulate_media(media="print")
        expect(page.locator(".mast")).to_be_hidden()
        page.goto("/bulletins")
        page.locator(".bulletins a[href$='.html']").first.click(force=True)
        expect(page.locator("nav")).to_have_count(0)
        assert "counter(page)" in page.evaluate(PAGE_RULES)
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
