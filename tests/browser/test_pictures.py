"""The pictures of the guides: `make pictures` keeps what this makes; without it each is made and let go."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.seeding import STUDIO_PERIOD, STUDIOS, TOP, YOUTH
from tests.browser.test_days import fill, upload
from tests.city import TIMEOUT
from tests.fixtures import person
from tests.registry.imports.files import csv_of, row

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
WIDTH, MOST_HEIGHT = 900, 650
MOST_BYTES = 100_000
expect.set_options(timeout=TIMEOUT * 1000)


def registration_form(page: Page) -> None:
    page.goto(f"/registrations/new?programme={YOUTH}")


def form_errors(page: Page) -> None:
    """A digit of the birth date is another, so that the check character does not fit."""
    registration_form(page)
    number = person(8000, YOUTH)["subject"]["id_number"]
    mistyped = number[:9] + str((int(number[9]) + 1) % 10) + number[10:]
    fill(page, **{"subject.name": "测试甲", "subject.id_number": mistyped, "fact_date": "2019-07-01"})
    page.locator("#reporting_unit").select_option("donghu")
    page.locator("button[value=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()


def import_preview(page: Page) -> None:
    rows = [row(8100 + n) for n in range(8)]
    upload(page, csv_of([*rows[:7], rows[7] | {"填报单位": "火星区"}]))


def overview(page: Page) -> None:
    page.goto("/")


def programme(page: Page) -> None:
    page.goto(f"/programmes/{STUDIOS}?as_of={STUDIO_PERIOD}-12-31")


def alert(page: Page) -> None:
    first(page, "/alerts?state=all", ".inbox a")


def follow_up(page: Page) -> None:
    first(page, "/follow-ups?tab=all", ".cases a")


def registration(page: Page) -> None:
    first(page, f"/registrations?programme={TOP}&state=proposed", ".records a, .list a")


def notices(page: Page) -> None:
    page.goto("/notices")


def duplicate(page: Page) -> None:
    first(page, "/duplicates", ".list a")


def revision(page: Page) -> None:
    first(page, f"/admin/quotas?programme={TOP}", ".list th a")
    page.locator("a[href$='/revise']").first.click()
    fill(page, amount="120", effective_on="2019-01-01", document_no="洪人社发〔2019〕12号")
    page.locator("form button[type=submit]").last.click()
    expect(page.locator("form[action$='/revisions'] button, main .actions button").first).to_be_visible()


def audit(page: Page) -> None:
    page.goto("/admin/audit/verify")
    page.locator("main form button").first.click()


def first(page: Page, place: str, link: str) -> None:
    """Open what stands first in a list."""
    page.goto(place)
    page.locator(link).first.click()
    expect(page.locator("main")).to_be_visible()
    assert urlsplit(page.url).path != urlsplit(place).path


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "registration-form": ("institution-a-clerk", registration_form),
    "form-errors": ("institution-a-clerk", form_errors),
    "import-preview": ("institution-a-clerk", import_preview),
    "overview": ("leader", overview),
    "programme": ("leader", programme),
    "alert": ("leader", alert),
    "follow-up": ("leader", follow_up),
    "registration": ("bureau", registration),
    "notices": ("bureau", notices),
    "duplicate": ("bureau", duplicate),
    "revision": ("bureau", revision),
    "audit": ("auditor", audit),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_a_guide_is_made(name: str, people: People, tmp_path: Path) -> None:
    who, show = PICTURES[name]
    folder = Path(os.environ.get("TALENT_TEST_PICTURES", tmp_path))
    with people.signed_in(who, viewport={"width": WIDTH, "height": MOST_HEIGHT}) as page:
        show(page)
        height = min(MOST_HEIGHT, page.evaluate("document.body.scrollHeight"))
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.evaluate("scrollTo(0, 0)")  # a field that is wrong has the focus
        picture = page.screenshot(path=folder / f"{name}.png", animations="disabled")
    assert len(picture) < MOST_BYTES
    assert f"](pictures/{name}.png)" in "".join(path.read_text() for path in GUIDES.glob("*.md"))


def test_every_picture_is_one_of_these_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in (GUIDES / "pictures").iterdir()}
    assert kept.keys() == PICTURES.keys()
    assert max(kept.values()) < MOST_BYTES
