"""A process that serves is replaced on its host while partners go on: its port is open all the time, nobody is refused.

Clients try nothing again here: whatever is refused or reset on the way fails the test.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shared.policy import read_pack
from shared.vault import generate_keys
from tests.city import TIMEOUT, eventually
from tests.databases import PostgresDatabases, on_postgres
from tests.fixtures import person
from tests.upgrade.landed import ROOT, Site
from tests.upgrade.story import BUREAU, A

pytestmark = pytest.mark.timeout(600)  # seconds
SENDERS = 4  # of each kind
FEWEST = 20  # answers to each between two steps
REPLACED = (  # of the runbook: what is begun, and what is ended then
    ("registry serve --alone --beside", "registry serve"),
    ("registry serve --beside", "registry serve --alone --beside"),
)


class Sender(threading.Thread):
    """Registers one person after another, over one connection or a new one each time, and tries nothing again."""

    def __init__(self, site: Site, first: int, *, keeps: bool) -> None:
        super().__init__(daemon=True)
        token = site.client(A).headers["Authorization"]
        self._web = httpx.Client(
            base_url=site.url("registry"),
            headers={"Authorization": token} | ({} if keeps else {"Connection": "close"}),
            trust_env=False,
            timeout=TIMEOUT,
        )
        self._first = first
        self.ending = threading.Event()
        self.answers: list[int | str] = []
        self.longest = 0.0

    def run(self) -> None:
        with self._web:
            while not self.ending.is_set():
                began = time.monotonic()
                try:
                    body = person(self._first + len(self.answers), "youth-intake", fact_date="2019-07-01")
                    self.answers.append(self._web.post("/v1/registrations", json=body).status_code)
                except httpx.TransportError as error:
                    self.answers.append(repr(error))
                self.longest = max(self.longest, time.monotonic() - began)


@pytest.fixture
def site(postgres_databases: PostgresDatabases, tmp_path: Path) -> Iterator[Site]:
    """A registry on PostgreSQL with the policy in force."""
    made = Site(tmp_path / "data", on_postgres(postgres_databases, "registry"))
    made.folder.mkdir()
    generate_keys(made.folder / "keys", demo=True)
    try:
        made.begin("registry serve")
        pack = read_pack(next((ROOT / "deploy" / "policy").glob("*.toml")))
        made.client(BUREAU).put("/v1/policy", json=pack.model_dump(mode="json")).raise_for_status()
        yield made
    finally:
        made.stop()


def go_on(senders: list[Sender]) -> None:
    """Wait until each was answered some more times."""
    wanted = [len(each.answers) + FEWEST for each in senders]

    def all_were() -> bool:
        return all(len(each.answers) >= n for each, n in zip(senders, wanted, strict=True))

    assert eventually(all_were, bool)


def listeners(port: int) -> int:
    """How many sockets listen on a port (/proc/net/tcp, state 0A)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(each[1].endswith(f":{port:04X}") and each[3] == "0A" for each in lines)


def test_a_process_is_replaced_and_nobody_is_refused(site: Site) -> None:
    senders = [Sender(site, 9_000 * n, keeps=n < SENDERS) for n in range(2 * SENDERS)]
    port = int(site.url("registry").rpartition(":")[2])
    try:
        for each in senders:
            each.start()
        go_on(senders)
        for begun, ended in REPLACED:
            site.begin(begun)
            assert eventually(lambda: listeners(port), lambda found: found == 2) == 2
            go_on(senders)
            site.end(ended)
            assert listeners(port) == 1
            go_on(senders)
    finally:
        for each in senders:
            each.ending.set()
        for each in senders:
            each.join()
    answers = Counter(answer for each in senders for answer in each.answers)
    print(f"{dict(answers)}; longest answer {max(each.longest for each in senders):.2f} s")  # to be read with `-s`
    assert set(answers) == {201}
