"""A city: the four services as they run for a user, started by `talent up` in a folder and on ports of their own."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests import warm
from tests.in_clear import refuse_in

T = TypeVar("T")
READY = "已就绪"
DEAD = "Z"  # a process that ended, of which nobody has asked how
STANDING = "T"  # a process that a signal has stopped, until another lets it go on
TIMEOUT = 180.0  # seconds until a fact that must come is missed; far more than it takes, on a busy machine too


def free_ports(count: int) -> int:
    """The first of so many neighbouring ports that nobody uses."""
    own = 20_000 + os.getpid() * 64 % 12_000  # tests that run side by side must not look at the same ports
    for first in range(own, 60_000, count):
        probes = [socket.socket() for _ in range(count)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free ports")


def eventually(found: Callable[[], T], wanted: Callable[[T], bool], within: float = TIMEOUT) -> T:
    """Ask until the answer is as wanted; the last answer, so that an assertion can show it."""
    until = time.monotonic() + within
    while not wanted(answer := found()) and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def stopped_now(pid: int) -> bool:
    """Stop a process until SIGCONT, and say whether it stands still; one that dies meanwhile does not.

    Its threads stop one after another: whoever goes on before the last stands meets one that still works.
    """
    assert pid  # 0 is nobody's, and would stop ourselves

    def states() -> set[str]:
        try:
            stats = [(thread / "stat").read_text() for thread in Path(f"/proc/{pid}/task").iterdir()]
        except (FileNotFoundError, ProcessLookupError):
            return set()
        return {stat.rpartition(")")[2].split(maxsplit=1)[0] for stat in stats}

    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    return eventually(states, lambda found: found <= {STANDING, DEAD}) == {STANDING}


class City:
    """Running services, and clients for the demo's credentials."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port_base = free_ports(4)
        self.environment = {
            "TALENT_DATA_DIR": str(folder),
            "TALENT_PORT_BASE": str(self.port_base),
            "TALENT_ENVIRONMENT": "demo",
            "TALENT_DEMO": "0",
            **environment,
        }
        self._clients: dict[tuple[str, str], httpx.Client] = {}
        self.parent: warm.Parent | None = None  # of its processes, where it is not the parent of all

    def start(self) -> None:
        """Start everything and wait until it is ready and the policy applied."""
        self.output = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        starts = self.log().count(READY)
        self.process = warm.start(
            [sys.executable, "-m", "shared.cli", "up"],
            env=os.environ | self.environment,
            stdout=self.output,
            stderr=self.output,
            parent=self.parent,
        )
        eventually(lambda: self.log().count(READY) > starts or self.process.poll() is not None, bool)
        assert self.process.poll() is None, self.log()

    def stop(self) -> None:
        """Stop everything, as Ctrl-C does."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(TIMEOUT) == 0, self.log()
        self.output.close()
        self.refuse_numbers()

    def refuse_numbers(self) -> None:
        """Fail where a file of the city, its name, or the log holds a person's number."""
        refuse_in([*self.folder.rglob("*"), self.folder.parent / f"{self.folder.name}.log"])

    def database_url(self, service: str) -> str:
        """Where a service keeps its data."""
        named = self.environment.get(f"TALENT_{service.upper()}_DATABASE_URL")
        return named or f"sqlite:///{self.folder / service}.db"

    def log(self) -> str:
        """What the run wrote so far."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text()

    def process_of(self, service: str) -> int:
        """The process of a service, as the system knows it: a child of the supervisor that has its name, and lives."""
        found = eventually(lambda: self._process_of(service), bool)
        assert found, f"no process of {service}: {self.log()}"  # 0 would be all of ours to a kill
        return found

    def kill(self, service: str) -> None:
        """Kill the process of a service, once there is one, and wait until it is dead: the next kill is of another."""
        killed = self.process_of(service)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: self._process_of(service), lambda found: found != killed)

    def _process_of(self, service: str) -> int:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
                name = (process / "comm").read_text().strip()
            except OSError:  # ended while we looked
                continue
            if int(parent) == self.process.pid and name == f"talent {service}" and state != DEAD:
                return int(process.name)
        return 0

    def is_ready(self, service: str) -> bool:
        """Whether a service is up and can do its work."""
        try:
            return httpx.get(f"{self.url(service)}/readyz", trust_env=False, verify=False, timeout=TIMEOUT).is_success
        except httpx.TransportError:
            return False

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self.port_base + ['portal', 'registry', 'quota', 'notify'].index(service)}"

    def credentials(self, name: str) -> dict[str, str]:
        """What the demo wrote down for a client."""
        held: dict[str, dict[str, str]] = json.loads((self.folder / "demo-credentials.json").read_text())
        return held[name]

    def client(self, name: str, service: str = "registry") -> httpx.Client:
        """A client that speaks as one of the demo's credentials."""
        if (name, service) not in self._clients:
            held = self.credentials(name)
            answer = httpx.post(
                f"{self.url('registry')}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(held["client_id"], held["client_secret"]),
                trust_env=False,
                verify=False,
                timeout=TIMEOUT,
            ).raise_for_status()
            self._clients[name, service] = httpx.Client(
                base_url=self.url(service),
                headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
                trust_env=False,
                verify=False,
                timeout=TIMEOUT,
            )
        return self._clients[name, service]

    def talent(self, *words: str, typed: str = "") -> tuple[int, str]:
        """What the command line answers, with its exit status; it complains of nothing."""
        command = [sys.executable, "-m", "shared.cli", *words]
        environment = os.environ | self.environment
        done = warm.run(command, env=environment, typed=typed, timeout=TIMEOUT)
        assert not done.stderr
        return done.returncode, done.stdout

    def register(self, *bodies: dict[str, Any], by: str = "institution-a-clerk") -> list[str]:
        """Post registrations in batches; their ids. Every one must be taken."""
        ids = []
        for start in range(0, len(bodies), 1000):
            answer = self.client(by).post("/v1/registrations/batch", json={"items": bodies[start : start + 1000]})
            items = answer.raise_for_status().json()["items"]
            assert {item["status"] for item in items} == {201}, items[0]
            ids += [item["registration"]["id"] for item in items]
        return ids

    def act(self, by: str, action: str, ids: Sequence[str], **fields: Any) -> list[dict[str, Any]]:
        """One act on many registrations; every outcome."""
        outcomes: list[dict[str, Any]] = []
        for start in range(0, len(ids), 1000):
            wanted = {"action": action, "ids": ids[start : start + 1000]} | fields
            answer = self.client(by).post("/v1/registrations/transitions", json=wanted)
            outcomes += answer.raise_for_status().json()["items"]
        assert {item["status"] for item in outcomes} <= {200, 202}, outcomes[0]
        return outcomes

    def recognise(self, ids: Sequence[str], *, notice: bool = False, decided: str = "2018-12-25") -> None:
        """Take registrations through their whole workflow."""
        self.act("institution-a-reviewer", "endorse", ids)
        self.act("district-donghu", "pass_district", ids)
        self.act("bureau", "pass_city", ids)
        if notice:
            self.act("bureau", "propose", ids)
            for officer in ("bureau", "bureau-2"):
                self.act(officer, "publish", ids, effective_on="2018-12-05", impact_assessment_ref="PIA-2018-01")
        self.act("bureau", "recognise", ids, decision_no="测人社字〔2018〕1号", decision_date=decided)

    def revoke(self, ids: Sequence[str]) -> None:
        """Two officers revoke."""
        self.act("bureau", "revoke", ids, reason="材料不实")
        self.act("bureau-2", "revoke", ids, reason="材料不实")

    def progress(self, programme: str, period: str | None = None, **words: str) -> dict[str, Any]:
        """The city's row of a programme (and period) as it stands, or on the day that is asked for."""
        wanted = {"programme": programme} | words
        answer = self.client("leader", "quota").get("/v1/progress", params=wanted).raise_for_status()
        rows = [row for row in answer.json()["items"] if row["unit"] is None]
        (row,) = [row for row in rows if period in (None, row["period"]["label"])]
        found: dict[str, Any] = row
        return found

    def value(self, programme: str, wanted: int, period: str | None = None) -> dict[str, Any]:
        """The row once its value is as wanted."""
        row = eventually(lambda: self.progress(programme, period), lambda row: bool(row["value"] == wanted))
        assert row["value"] == wanted
        return row

    def alerts(self, programme: str, count: int) -> list[tuple[str, Any]]:
        """Kind and percent of all that the leader's alerts about a programme say, oldest first, once it is so much."""

        def ask() -> list[tuple[str, Any]]:
            answer = self.client("leader", "notify").get("/v1/alerts", params={"programme": programme, "limit": 200})
            items = sorted(answer.raise_for_status().json()["items"], key=lambda a: (a["raised_at"], a["id"]))
            return [(a["kind"], percent) for a in items for percent in a["facts"]["percents"] or [None]]

        return eventually(ask, lambda said: len(said) >= count)
