"""A town: a city whose processes the rig may end, stop, blow up and put under another clock; in two shapes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from shared.config import Settings
from shared.db import Database
from tests import city, warm
from tests.city import City, stopped_now
from tests.servers.kafka import Broker
from tests.servers.postgres import Postgres

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"
SERVICES = ("registry", "quota", "notify")
SESSION = 6  # seconds until Apache Kafka gives a silent reader's partitions to another
TIMEOUT = 600.0  # seconds; where everything breaks at once, a score of processes may start at once, on a busy machine

T = TypeVar("T")


def eventually(found: Callable[[], T], wanted: Callable[[T], bool]) -> T:
    """Ask, with much patience, until the answer is as wanted; the last answer."""
    return city.eventually(found, wanted, TIMEOUT)


class Town(City):
    """On one machine: `talent up`, four processes with their loops as threads, SQLite files, the embedded bus."""

    name = "embedded"

    def __init__(self, folder: Path, **environment: str) -> None:
        self.orders = folder.parent / f"{folder.name}-orders"
        self.orders.mkdir()
        super().__init__(folder, PYTHONPATH=f"{INSIDE}:{ROOT}", FAULT_ORDERS=str(self.orders), **environment)
        self.parent = self._own = warm.Parent(**self.environment)

    def stop(self) -> None:
        """Stop everything, and what its processes are copies of."""
        try:
            super().stop()
        finally:
            self._own.close()

    @property
    def processes(self) -> list[str]:
        """The names of all, as `service loop`."""
        return [f"{service} serve" for service in (*SERVICES, "portal")]

    def pid(self, name: str) -> int:
        """The process that has this name now."""
        return eventually(lambda: self._pid(name), bool)

    def running(self, service: str, loop: str) -> list[str]:
        """The processes in which a loop of a service runs."""
        return [f"{service} serve"]

    def database(self, service: str) -> Database:
        """The database of a service, or `bus`."""
        return Database(self.database_url(service))

    def settings(self) -> Settings:
        """What its processes are told, for a client of its bus."""
        chosen = {key.removeprefix("TALENT_").lower(): value for key, value in self.environment.items()}
        return Settings.model_validate({key: value for key, value in chosen.items() if key in Settings.model_fields})

    def usage(self) -> dict[str, tuple[int, int]]:
        """The threads and descriptors of each process."""
        places = {name: Path("/proc") / str(self.pid(name)) for name in self.processes}
        return {
            name: (len(list((at / "task").iterdir())), len(list((at / "fd").iterdir()))) for name, at in places.items()
        }

    def _pid(self, name: str) -> int:
        """Its process now, 0 where there is none."""
        return self.process_of(name.split(maxsplit=1)[0])


class ManyProcesses(Town):
    """As a city runs it: PostgreSQL, Apache Kafka, each loop a process of its own, two relays and two readers.

    `talent up` sets it up; then the processes run alone, and whatever ends is started again, as containers are.
    """

    name = "kafka-postgres"

    def __init__(self, folder: Path, postgres: Postgres, broker: Broker, **databases: str) -> None:
        self.postgres = postgres
        self.broker = broker
        own = {"TALENT_BUS_URL": broker.url, "TALENT_KAFKA_SESSION_SECONDS": str(SESSION)}
        super().__init__(folder, **own, **databases)
        self._commands = dict(commands())
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper")

    def start(self) -> None:
        """Set it up, then start every process and keep it running."""
        super().start()
        City.stop(self)
        self.output = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        self._keeper.start()
        assert eventually(lambda: all(map(self.is_ready, (*SERVICES, "portal"))), bool), self.log()

    def stop(self) -> None:
        """Stop every process in good order."""
        self._over.set()
        if self._keeper.ident:
            self._keeper.join()
        for client in self._clients.values():
            client.close()
        for child in self._children.values():
            child.terminate()
        ended = {name: child.wait(TIMEOUT) for name, child in self._children.items()}
        self._own.close()
        self.output.close()
        in_order = {0, -signal.SIGTERM}  # one that was started a moment ago had nothing to put in order yet
        assert set(ended.values()) <= in_order, f"{ended}\n{self.log()}"

    @property
    def processes(self) -> list[str]:
        """The names of all, as `service loop`, the second of a kind with a number."""
        return list(self._commands)

    def running(self, service: str, loop: str) -> list[str]:
        """The processes in which a loop of a service runs."""
        return [name for name in self._commands if name.split()[:2] == [service, loop]]

    @contextmanager
    def away(self, names: list[str]) -> Iterator[None]:
        """These are ended at once, and are not started again before the end of the block."""
        with self._lock:
            self._held |= set(names)
            for name in names:
                self._children[name].kill()
                self._children[name].wait()
        try:
            yield
        finally:
            self._held -= set(names)

    def _pid(self, name: str) -> int:
        with self._lock:
            child = self._children.get(name)
            return child.pid if child and child.poll() is None else 0

    def _keep(self) -> None:
        while not self._over.wait(0.2):
            for name in self._commands:
                with self._lock:
                    child = self._children.get(name)
                    if (child is None or child.poll() is not None) and name not in self._held:
                        self._children[name] = self._run(name)

    def _run(self, name: str) -> "subprocess.Popen[bytes]":
        service, *_ = name.split()
        return subprocess.Popen(
            [sys.executable, "-m", f"services.{service}", *self._commands[name]],
            env=os.environ | self.environment | {"TALENT_KAFKA_INSTANCE": name.replace(" ", "-")},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
        )


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every process that a city has, by its name; of the busiest loops two, so that one can take over."""
    yield "portal serve", ["serve"]
    for name in SERVICES:
        service = import_module(f"services.{name}.main").service
        yield f"{name} serve", ["serve", "--alone"]
        for loop in ("relay", *(["consume"] if service.handlers else []), *service.workers):
            yield f"{name} {loop}", [loop]
    yield "registry relay 2", ["relay"]
    yield "quota consume 2", ["consume"]


@contextmanager
def stopped(chosen: Callable[[], Collection[int]]) -> Iterator[None]:
    """Some processes stand still, as when a machine is suspended or starved, and go on after the block.

    Where one dies before it stands still, on a mine that was laid for it, they are chosen anew.
    """
    still: set[int] = set()
    try:
        while moving := set(chosen()) - still:
            still |= {pid for pid in moving if stopped_now(pid)}
        yield
    finally:
        for pid in still:
            os.kill(pid, signal.SIGCONT)
