"""One city for the whole folder, with something on every page, and a browser in which people sign in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, sync_playwright

from tests.browser.fitness import HEIGHT, WIDE
from tests.browser.seeding import seed
from tests.city import TIMEOUT, City
from tests.needs import need

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "install Chromium and Chinese fonts (Debian: chromium fonts-noto-cjk, or bash tests/prepare.sh)"


class People:
    """Whoever looks at the portal: each in a browser session of their own, signed in as the demo's accounts."""

    def __init__(self, browser: Browser, city: City) -> None:
        self.browser, self.city = browser, city
        self._sessions: dict[str, tuple[StorageState, str]] = {}  # with the first page of each

    @contextmanager
    def visitor(self, **options: Any) -> Iterator[Page]:
        """Somebody who has not signed in; whatever a browser complains of meanwhile fails."""
        settings = {"viewport": {"width": WIDE, "height": HEIGHT}, "locale": "zh-CN"} | options
        complaints: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and "status of 4" not in message.text:
                complaints.append(f"{message.text} at {message.location['url']}")

        with self.browser.new_context(base_url=self.city.url("portal"), **settings) as context:
            context.set_default_timeout(TIMEOUT * 1000)
            page = context.new_page()
            page.on("console", note)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            yield page
        assert complaints == []

    @contextmanager
    def signed_in(self, name: str, lang: str = "zh", **options: Any) -> Iterator[Page]:
        """Somebody of the demo, on the first page that they have after signing in, which they do once for all tests."""
        state, home = self._sessions.get(name) or self._sign_in(name)
        with self.visitor(storage_state=state, **options) as page:
            page.goto(f"{home}?lang={lang}")
            yield page

    def _sign_in(self, name: str) -> tuple[StorageState, str]:
        held = self.city.credentials(name)
        with self.visitor() as page:
            page.goto("/sign-in")
            page.locator("#login").fill(held["login"])
            page.locator("#password").fill(held["password"])
            page.locator("main button").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            self._sessions[name] = page.context.storage_state(), urlsplit(page.url).path
        return self._sessions[name]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """This machine's Chromium, without a window. It ends with the folder: its loop would be in the way of others'."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    need("a browser", found, HOW)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="package")
def people(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """People of a small city that has been at work for a while."""
    city = City(tmp_path_factory.mktemp("browser") / "data")
    city.start()
    try:
        seed(city)
        yield People(browser, city)
    finally:
        city.stop()
