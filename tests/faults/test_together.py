"""Several processes behind one port, one of which is killed: nothing acknowledged is lost, nothing is entered twice."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.vault import generate_keys
from tests.bench.load import token_of
from tests.bench.people import newcomers
from tests.bench.pgbench import rows_of
from tests.bench.processes import family
from tests.bench.serving import PACK
from tests.city import TIMEOUT, eventually
from tests.databases import PostgresDatabases, on_postgres
from tests.process import Running, running

PROCESSES = 2
CLERKS = 16  # connections at a time; that all are given to one of two processes happens once in 32,768 runs
OF_A_CLERK = 12
URL = "TALENT_REGISTRY_DATABASE_URL"


@pytest.fixture
def environment(postgres_databases: PostgresDatabases, tmp_path: Path) -> dict[str, str]:
    generate_keys(tmp_path / "keys", demo=True)
    return {"TALENT_ENVIRONMENT": "demo", **on_postgres(postgres_databases, "registry")}


@pytest.fixture
def registry(environment: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    """A registry of two processes with the policy in force."""
    with running("registry", tmp_path, "--alone", "--processes", str(PROCESSES), **environment) as served:
        assert eventually(served.is_fit, bool), served.said()
        assert eventually(lambda: len(serving(served)), lambda found: found == PROCESSES) == PROCESSES
        bureau = {"Authorization": f"Bearer {token_of(served.url, tmp_path, 'bureau')}"}
        pack = PACK.model_dump(mode="json")
        httpx.put(f"{served.url}/v1/policy", json=pack, headers=bureau, trust_env=False, verify=False, timeout=TIMEOUT)
        yield served
    assert family(served.process.pid) == {served.process.pid}


def serving(served: Running) -> dict[int, int]:
    """The processes that take connections, each with how many it holds by now."""
    port = f":{int(served.url.rpartition(':')[2]):04X}"
    fields = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    states = {f"socket:[{each[9]}]": each[3] for each in fields if each[1].endswith(port)}
    found = {}
    for process in family(served.process.pid) - {served.process.pid}:
        try:
            held = [states.get(str(file.readlink())) for file in Path(f"/proc/{process}/fd").iterdir()]
        except OSError:  # it ended while we looked
            continue
        if "0A" in held:  # it listens
            found[process] = held.count("01")  # established
    return found


class Clerk:
    """Registers people one after the other on a connection of its own, asking again where the answer stays away."""

    def __init__(self, served: Running, folder: Path, started: threading.Barrier) -> None:
        headers = {"Authorization": f"Bearer {token_of(served.url, folder, 'institution-a-clerk')}"}
        self._http = httpx.Client(base_url=served.url, headers=headers, trust_env=False, verify=False, timeout=TIMEOUT)
        self._started = started
        self.acknowledged: list[str] = []

    def register(self, people: list[dict[str, Any]]) -> None:
        """Register them; all clerks have registered one before any goes on."""
        with self._http:
            for n, body in enumerate(people):
                self.acknowledged.append(eventually(partial(self._post, body, f"{id(self)}-{n}"), bool))
                if n == 0:
                    self._started.wait(TIMEOUT)
                    self._started.wait(TIMEOUT)

    def _post(self, body: dict[str, Any], key: str) -> str:
        try:
            answer = self._http.post("/v1/registrations", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            return ""
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])


def test_one_of_two_is_killed_and_nothing_acknowledged_is_lost(
    registry: Running, environment: dict[str, str], tmp_path: Path
) -> None:
    started = threading.Barrier(CLERKS + 1)
    clerks = [Clerk(registry, tmp_path, started) for _ in range(CLERKS)]
    with ThreadPoolExecutor(CLERKS) as pool:
        working = [pool.submit(clerk.register, newcomers(OF_A_CLERK)) for clerk in clerks]
        started.wait(TIMEOUT)
        before = serving(registry)
        assert len(before) == PROCESSES
        assert all(before.values()), before  # each has clerks whose first registration it acknowledged
        started.wait(TIMEOUT)
        victim = max(before, key=lambda each: before[each])
        eventually(lambda: sum(len(each.acknowledged) for each in clerks), lambda found: found > CLERKS * 3)
        os.kill(victim, signal.SIGKILL)
        for each in working:
            each.result(TIMEOUT)
    acknowledged = [each for clerk in clerks for each in clerk.acknowledged]
    assert len(set(acknowledged)) == CLERKS * OF_A_CLERK
    assert rows_of(environment[URL], "registration") == CLERKS * OF_A_CLERK
    after = eventually(lambda: serving(registry).keys(), lambda found: len(found) == PROCESSES)
    assert len(after) == PROCESSES
    assert len(after - before.keys()) == 1
    assert f"serving process {victim} ended unexpectedly" in registry.said()


def test_whoever_is_asked_tells_what_all_have_counted(registry: Running) -> None:
    """A scrape reaches one of them; its counters must not fall back when the next one reaches the other."""
    counted = 'method="GET",route="/livez",service="registry",status="200"'
    found = []
    for n in range(1, 9):
        assert registry.status("/livez") == httpx.codes.OK  # a connection of its own each
        lines = httpx.get(f"{registry.url}/metrics", trust_env=False, verify=False).text.splitlines()
        (line,) = [each for each in lines if each.startswith(f"http_requests_total{{{counted}}}")]
        found.append(float(line.split()[1]) - n)
    assert len(set(found)) == 1, found


@pytest.mark.parametrize(
    ("words", "named", "reason"),
    [
        (["--processes", "2"], True, "needs --alone"),
        (["--alone", "--processes", "2"], False, "needs PostgreSQL"),
    ],
)
def test_several_processes_where_they_cannot_be_are_refused(
    environment: dict[str, str], tmp_path: Path, words: list[str], named: bool, reason: str
) -> None:
    chosen = {name: value for name, value in environment.items() if named or name != URL}
    with running("registry", tmp_path, *words, **chosen) as served:
        assert served.process.wait(TIMEOUT) == 2
    assert reason in served.said()


def test_a_port_that_somebody_has_is_not_shared(registry: Running, environment: dict[str, str], tmp_path: Path) -> None:
    port = int(registry.url.rpartition(":")[2])
    taken = {**environment, "TALENT_REGISTRY_URL": "", "TALENT_PORT_BASE": str(port - 1)}
    with running("registry", tmp_path, "--alone", "--processes", "2", **taken) as second:
        assert second.process.wait(TIMEOUT) == 1
    assert f"port {port} is in use" in second.said()
