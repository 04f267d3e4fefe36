"""A studio's way through the city, each person in a browser of their own: from the clerk's form to the printed page."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import People
from tests.browser.fitness import faults_of
from tests.browser.seeding import STUDIOS
from tests.city import TIMEOUT
from tests.fixtures import organisation
from tests.registry.imports.files import csv_of, row

expect.set_options(timeout=TIMEOUT * 1000)
CLERK, REVIEWER, DISTRICT = "institution-a-clerk", "institution-a-reviewer", "district-donghu"
WORKERS = (CLERK, REVIEWER, DISTRICT, "bureau", "bureau-2", "leader")


@dataclass(frozen=True)
class Office:
    """The people of one day with their pages, and which studio it is about; with script or without."""

    pages: dict[str, Page]
    serial: int
    milestone: str
    red: str
    scripted: bool

    def of(self, name: str) -> Page:
        """What somebody has before them."""
        return self.pages[name]


@pytest.fixture(params=["zh", "en"])
def office(request: pytest.FixtureRequest, people: People) -> Iterator[Office]:
    """A day in Chinese, and one in English without any script."""
    scripted = request.param == "zh"
    with ExitStack() as day:
        pages = {
            name: day.enter_context(people.signed_in(name, java_script_enabled=scripted, lang=request.param))
            for name in WORKERS
        }
        yield Office(pages, *((10, "50%", "一村一名大学生") if scripted else (11, "75%", "science")), scripted)


def test_a_day_from_the_first_form_to_the_printed_bulletin(office: Office, people: People) -> None:
    place = registered(office)
    imported(office)
    returned(office, place)
    act(office.of(REVIEWER), place, "endorse")
    act(office.of(DISTRICT), place, "pass_district")
    act(office.of("bureau"), place, "pass_city")
    act(office.of("bureau"), place, "propose")
    notice = {"effective_on": "2018-12-05", "impact_assessment_ref": "PIA-2018-01"}
    act(office.of("bureau"), place, "publish", **notice)
    act(office.of("bureau-2"), place, "publish", **notice)
    decision = {"decision_no": "洪人社字〔2018〕9号", "decision_date": "2018-12-25"}
    act(office.of("bureau"), place, "recognise", **decision)
    signed_for(office, people)
    followed_up(office)
    published(office)


def registered(office: Office) -> str:
    """The clerk sends a form with a fault, is led to it, and sends it again; the page of what was registered."""
    page, subject = office.of(CLERK), organisation(office.serial, STUDIOS)["subject"]
    page.goto(f"/registrations/new?programme={STUDIOS}")
    fill(page, **{"subject.name": subject["name"], "subject.uscc": "91000", "fact_date": "2018-11-20"})
    page.locator("#reporting_unit").select_option("donghu")
    page.locator("button[value=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(field(page, "subject.name")).to_have_value(subject["name"])
    fits(office, page)
    page.locator(".error-summary a").first.click()
    fill(page, **{"subject.uscc": subject["uscc"]})
    page.locator("button[value=submit]").click()
    done = page.locator(".banner.done")
    expect(done).to_contain_text(subject["name"])
    fits(office, page)
    return done.locator("a").get_attribute("href") or ""


def returned(office: Office, place: str) -> None:
    """The reviewer returns it, and the clerk amends it: a fault first, then submitted again."""
    reason, page = "单位名称与证照不符", office.of(CLERK)
    act(office.of(REVIEWER), place, "return", reason=reason)
    page.goto(place)
    page.locator("a[href$='/edit']").click()
    expect(page.locator(".banner.warning")).to_contain_text(reason)
    fits(office, page)
    fill(page, **{"fact_date": "11/2018", "external_ref": f"HR-{office.serial}"})
    page.locator("button[value=submit]").click()
    page.locator(".error-summary a").first.click()
    expect(field(page, "external_ref")).to_have_value(f"HR-{office.serial}")
    fits(office, page)
    fill(page, fact_date="2018-11-21")
    page.locator("button[value=submit]").click()
    expect(page.locator(".state.submitted").first).to_be_visible()


def imported(office: Office) -> None:
    """The clerk sends a file with a fault, sees where it is, mends it, and has it entered."""
    page, rows = office.of(CLERK), [row(100 * office.serial + n) for n in range(6)]
    faulty = [*rows[:5], rows[5] | {"填报单位": "火星区"}]
    upload(page, csv_of(faulty))
    problem = page.locator(".list .number").filter(has_text="7")
    expect(problem).to_be_visible()
    with page.expect_download() as report:
        page.locator("a[href$='report.xlsx']").click()
    assert report.value.suggested_filename.endswith(".xlsx")
    page.locator("form[action$='/cancel'] button").click()
    upload(page, csv_of(rows))
    page.locator("form[action$='/commit'] button").click()
    expect(page.locator(".tag.committed")).to_be_visible()


def upload(page: Page, content: bytes) -> None:
    """A file of young people, as far as its preview."""
    page.goto("/imports/new")
    page.locator("#programme").select_option("youth-intake")
    page.locator("#file").set_input_files(FilePayload(name="名册.csv", mimeType="text/csv", buffer=content))
    page.locator("form[enctype] button[type=submit]").click()
    expect(page.locator("form[action$='/commit']")).to_be_visible()


def act(page: Page, place: str, action: str, **fields: str) -> None:
    """One step of somebody on the page of a registration; what it asks for stands on a page of its own."""
    page.goto(place)
    if fields:
        page.locator(f"a[href$='/{action}']").click()
        fill(page, **fields)
    page.locator(f"form[action$='/{action}'] button").click()
    expect(page.locator(".banner.done, .banner.warning").first).to_be_visible()


def signed_for(office: Office, people: People) -> None:
    """The milestone is on the leader's page, which was open all along; she signs for it."""
    page = office.of("leader")
    if office.scripted:
        new = page.locator(".live p").filter(has_text=office.milestone)
        expect(new).to_be_visible()
        new.locator("a").click()
    else:
        people.city.alerts(STUDIOS, 2 if office.milestone == "50%" else 3)
        page.goto("/alerts")
        page.locator(".inbox a").first.click()
    page.locator("form[action$='/acknowledge'] button").click()
    expect(page.locator(".tag.acknowledged")).to_be_visible()


def followed_up(office: Office) -> None:
    """What is red: the leader signs, the bureau gives it to another post, which answers, and closes it."""
    page, bureau = office.of("leader"), office.of("bureau")
    page.goto("/follow-ups")
    page.locator(".cases a").filter(has_text=office.red).click()
    place = urlsplit(page.url).path
    press(page, place, "acknowledge")
    expect(page.locator(".document .acknowledged")).to_be_visible()
    bureau.goto(place)
    expect(bureau.locator("#assign-to")).to_have_count(1)
    open_up(bureau, "assign")
    bureau.locator("#assign-to").select_option("deputy")
    press(bureau, place, "assign")
    page.goto(place)
    open_up(page, "answer")
    fill(page, **{"answer-said": "已约谈主管单位，下月补报。"})
    press(page, place, "answer")
    expect(page.locator(".document .answered")).to_be_visible()
    fits(office, page)
    bureau.goto(place)
    open_up(bureau, "close")
    press(bureau, place, "close")
    expect(bureau.locator(".document .closed")).to_be_visible()


def open_up(page: Page, act: str) -> None:
    """Show the form of an act, where it is folded."""
    folded = page.locator(f"details:not([open]):has(form[action$='/{act}']) summary")
    if folded.count():
        folded.click()


def press(page: Page, place: str, act: str) -> None:
    """Send the form of an act."""
    page.locator(f"form[action='{place}/{act}'] button").click()


def published(office: Office) -> None:
    """The bureau sees an edition before it is published, and prints it."""
    page = office.of("bureau")
    page.goto("/bulletins")
    fill(page, edition="2019-03" if office.scripted else "2019-04", number=f"洪人社通报〔2019〕{office.serial}号")
    page.locator("form[action='/bulletins/preview'] button").click()
    fits(office, page)
    page.locator("form[action='/bulletins'] button").click()
    page.locator("a[href$='.html']").first.click()
    expect(page.locator(".number")).to_contain_text(str(office.serial))


def field(page: Page, name: str) -> Locator:
    """A field of a form by its name."""
    return page.locator(f"[id='{name}']")


def fill(page: Page, **values: Any) -> None:
    """Type into fields by their names."""
    for name, value in values.items():
        field(page, name).fill(value)


def fits(office: Office, page: Page) -> None:
    """Nothing is wrong with a page that only a form leads to."""
    if office.scripted:
        assert faults_of(page) == []
