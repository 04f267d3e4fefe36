"""The page in a real browser (headless Chromium): at no width does anything run over the edge."""

import json
import re
import shutil
import subprocess
from html import escape, unescape
from itertools import product
from pathlib import Path

import httpx
import pytest

from shared.auth import Role
from tests.needs import need
from tests.portal import sample
from tests.portal.conftest import City
from tests.portal.test_bulletins import ONE, WHOLE
from tests.portal.test_drill_down import PROGRAMME, behind
from tests.portal.test_forms import WRONG, Form
from tests.portal.test_sign_in import sign_in, token_in

WIDTHS = (360, 390, 768, 1024, 1440)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Inside each page: how wide it is, and what stands out over the right edge.
MEASURE = """<script>addEventListener('load', () => parent.postMessage({
  at: window.name, inner: innerWidth, scroll: document.documentElement.scrollWidth,
  over: [...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5
      && !e.closest('.hidden, thead, .scroll > *, .groups > *'))
    .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40)).slice(0, 5)}, '*'))</script>"""
COLLECT = """<script>const got = []; addEventListener('message', e => {
  got.push(e.data); document.getElementById('got').textContent = JSON.stringify(got)})</script>"""


@pytest.fixture
def chromium() -> str:
    """The browser of this machine."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    need("a browser", found, "install Chromium and Chinese fonts (Debian: chromium fonts-noto-cjk)")
    assert found
    return found


def test_nothing_runs_over_the_edge_at_any_width(
    chromium: str, page: httpx.Client, toys: httpx.Client, city: City, tmp_path: Path
) -> None:
    city.problems["/v1/toys"] = WRONG
    pages = {
        "refused form": Form(toys).send().text,
        "zh": page.get("/", params={"as_of": "2019-12-31"}).text.replace("<details", "<details open"),
        "en": page.get("/", params={"as_of": "2019-12-31", "lang": "en"}).text.replace("<details", "<details open"),
        "message": page.get("/nothing").text,
        "wall": page.get("/?wall=1").text,
    } | drilled_down(page, city)
    city.answers["/v1/progress"] = sample.progress(parked=17)
    city.down |= {"/v1/programmes", "/v1/reporting-units", "/v1/alerts"}
    pages["partly down"] = page.get("/").text
    city.down |= {"/v1/progress"}
    pages["down"] = page.get("/", params={"as_of": "gestern"}).text
    measured = measure(chromium, pages, tmp_path)
    assert set(measured) == {f"{name} at {width}" for name, width in product(pages, WIDTHS)}
    assert {at: over for at, (_, over) in measured.items() if over} == {}
    assert {at: widths for at, (widths, _) in measured.items() if widths[1] > widths[0]} == {}


def drilled_down(page: httpx.Client, city: City) -> dict[str, str]:
    """The pages below the overview, as an officer sees them."""
    skilled = behind(city)
    city.answers[f"/v1/bulletins/{ONE['id']}.json"] = WHOLE
    city.role = Role.BUREAU_OFFICER
    sign_in(page)
    places = (
        PROGRAMME + "?as_of=2019-12-31&lang=en",
        "/units/donghu",
        f"/records/{skilled['quota_id']}?lang=zh",
        f"/bulletins/{ONE['id']}",
        "/search?q=x",
    )
    shown = {place: page.get(place).text.replace("<details", "<details open") for place in places}
    page.post("/sign-out", data={"csrf_token": token_in(page.get("/sign-in").text)})
    city.reset()
    return shown


def test_the_measure_itself_sees_what_is_too_wide(chromium: str, tmp_path: Path) -> None:
    wide = "<!doctype html><main><p>" + "—" * 3 + '</p><svg width="1000" height="9"></svg></main>'
    measured = measure(chromium, {"wide": wide}, tmp_path)
    assert measured["wide at 390"][0][1] > 390
    assert measured["wide at 390"][1] == ["svg "]
    assert measured["wide at 1440"] == ((1440, 1440), [])


def measure(chromium: str, pages: dict[str, str], folder: Path) -> dict[str, tuple[tuple[int, int], list[str]]]:
    """Each page at each width: the width of the window and of the page, and what stands out."""
    frames = "".join(
        f'<iframe name="{name} at {width}" width="{width}" height="900" srcdoc="{escape(html + MEASURE)}"></iframe>'
        for (name, html), width in product(pages.items(), WIDTHS)
    )
    wrapper = folder / "measure.html"
    wrapper.write_text(f'<!doctype html><meta charset="utf-8">{COLLECT}<pre id="got"></pre>{frames}', encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=20000",
             f"--user-data-dir={folder / 'browser'}", "--dump-dom")  # fmt: skip
    done = subprocess.run(
        [chromium, *flags, wrapper.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=180, check=True
    )
    found = re.search(r'<pre id="got">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return {
        each["at"]: ((each["inner"], each["scroll"]), each["over"]) for each in json.loads(unescape(found.group(1)))
    }
