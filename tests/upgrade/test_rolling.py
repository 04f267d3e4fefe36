"""Services are upgraded one after another, in either order, while work goes on: nothing is lost or counted twice.

The landed version's own processes stand beside those of this tree, on one bus, each service with its own database.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import cast

import httpx
import pytest
from talent_client import NewRegistration, RegistryClient

from shared.vault import generate_keys
from tests import warm
from tests.city import eventually
from tests.fixtures import person
from tests.upgrade.generator import PACK, REACHED, SERVICES, goal_of, percentages, unpublished
from tests.upgrade.landed import Site, landed_tree, parent_in
from tests.upgrade.story import BUREAU, OPERATOR, YOUTH, A, ok, posted
from tests.upgrade.targets import GOAL_UNIT, one_more

pytestmark = pytest.mark.timeout(600)  # seconds; the longest wait is for processes that begin on a busy machine
BETWEEN = 0.4  # seconds between two posts; the test is of what is lost, not of how much can be borne
ATTEMPTS = 15  # of the partners' client, two minutes and more
NEW_TYPES = {
    f"unknown type or source: {source}.self_check.{what}.v1"
    for source, what in (("registry", "started"), ("quota", "passed_on"))
}  # what the landed version does not know of that happens in this test; its successor takes it in
GOAL = {
    "programme": YOUTH, "unit": GOAL_UNIT, "amount": len(REACHED), "milestones": list(REACHED),
    "period": {"start": "2018-01-01", "end": "2030-12-31", "label": "四人"},
}  # fmt: skip


def counted(site: Site, number: int) -> None:
    """One more graduate is registered, counts, crosses a milestone, and the leader hears of it."""
    one_more(site, 700 + number)
    goal_of(site, number + 1)
    wanted = list(REACHED[: number + 1])
    assert eventually(lambda: percentages(site), lambda found: found == wanted) == wanted
    for service in SERVICES:
        assert eventually(partial(unpublished, site, service), lambda count: count == 0) == 0


def parked(site: Site) -> set[str]:
    """Why events are parked anywhere."""
    letters = (ok(site.client(OPERATOR, service).get("/v1/dead-letters"))["items"] for service in SERVICES)
    return {letter["reason"] for each in letters for letter in each}


class Timed(httpx.HTTPTransport):
    """Notes how long each request took that was answered."""

    longest = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.monotonic()
        answer = super().handle_request(request)
        self.longest = max(self.longest, time.monotonic() - began)
        return answer


class Posting(threading.Thread):
    """An institution that registers one graduate after another by the partners' client, until it is told to stop."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self._held, self._url, self._timed = site.credentials(A), site.url("registry"), Timed()
        self.ending = threading.Event()
        self.posted: list[str] = []
        self.slowest = 0.0

    def run(self) -> None:
        names = self._held["client_id"], self._held["client_secret"]
        with RegistryClient(self._url, *names, attempts=ATTEMPTS, transport=self._timed) as registry:
            while not self.ending.wait(BETWEEN):
                number = len(self.posted)
                began = time.monotonic()
                graduate = cast(NewRegistration, person(2_000 + number, YOUTH))
                self.posted.append(registry.register(graduate, key=f"graduate-{number}")["id"])
                self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self) -> int:
        """How many were registered, each of them once; prints what is measured, to be read with `-s`."""
        self.ending.set()
        self.join()
        assert self.posted
        print(
            f"{len(self.posted)} posted; longest answer {self._timed.longest:.2f} s, with retries {self.slowest:.2f} s"
        )
        return len(set(self.posted))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the landed version."""
    return landed_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def parent(tree: Path) -> Iterator[warm.Parent]:
    """What processes of the landed version are copies of."""
    made = parent_in(tree)
    yield made
    made.close()


@pytest.fixture(scope="module")
def landed(tree: Path, parent: warm.Parent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has counted one of four, stopped, with the keys of both versions."""
    site = Site(tmp_path_factory.mktemp("rolling") / "data", {}, tree, parent)
    site.folder.mkdir()
    site.make_keys()
    try:
        site.begin(*(f"{service} serve" for service in SERVICES))
        status, said = site.talent("policy", "apply", str(tree / PACK))
        assert status == 0, said
        posted(site, BUREAU, "/v1/quotas", GOAL, "quota")
        counted(site, 0)
        assert parked(site) == set()
    finally:
        site.stop()
    generate_keys(site.folder / "keys", demo=True, earlier=site.folder / "keys.json")
    return site.folder


@pytest.mark.parametrize("order", [("notify", "quota", "registry"), ("registry", "quota", "notify")], ids=" ".join)
def test_services_are_upgraded_one_by_one(
    landed: Path, tree: Path, parent: warm.Parent, tmp_path: Path, order: tuple[str, ...]
) -> None:
    folder = shutil.copytree(landed, tmp_path / "data")
    old = Site(folder, {}, tree, parent)
    new = Site(folder, {"TALENT_PORT_BASE": str(old.port_base), "TALENT_SELF_CHECK_AT": "00:00"})
    new.port_base = old.port_base
    posting = Posting(new)
    try:
        old.begin(*(f"{service} serve" for service in order[1:]))
        new.begin(f"{order[0]} serve")
        before = new.progress(YOUTH)["value"]
        posting.start()
        counted(new, 1)
        assert parked(new) <= NEW_TYPES
        for number, service in enumerate(order[1:], start=2):
            old.end(f"{service} serve")
            new.begin(f"{service} serve")
            counted(new, number)
            assert parked(new) <= NEW_TYPES
        new.value(YOUTH, before + len(order) + posting.end())
        assert eventually(partial(parked, new), lambda found: not found) == set()
    finally:
        posting.ending.set()
        if posting.ident:
            posting.join()  # before another test has processes at these ports
        for site in (old, new):
            site.stop()
    assert "Traceback" not in new.log(), new.log()
