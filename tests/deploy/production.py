"""A production without containers: the very commands of docker-compose.yml as plain processes of this machine."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from shared import health
from shared.config import PORTS
from tests import warm
from tests.city import TIMEOUT, eventually, free_ports
from tests.deploy.compose import FILE, ROOT, Drawn, Service, environment, load, ours, runs_on, substituted
from tests.in_clear import refuse_in

DatabaseUrl = Callable[[str, str], str]  # of a service, for one of its roles


class Production:
    """Processes by the names of their containers, in a folder and on ports of their own."""

    def __init__(self, folder: Path, database_url: DatabaseUrl, bus_url: str = "embedded:") -> None:
        self.folder = folder
        self.containers = ours(load(FILE.read_text()))
        self.port_base = free_ports(2 * len(PORTS))
        self._database_url = database_url
        self.bus_url = bus_url
        self.processes: dict[str, warm.Process] = {}
        self.extra: dict[str, str] = {}  # what an operator added to .env
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def keys(self) -> Path:
        """The folder of all keys."""
        return self.folder / "keys"

    @property
    def bus(self) -> Path:
        """The folder of the broker: its certificate, and what clients trust."""
        return self.folder / "bus"

    def mounted_keys(self, name: str) -> dict[str, Path]:
        """The folders of keys that a container is given, by where they stand in its own."""
        parts = [volume.removesuffix(":ro").partition(":/keys/") for volume in self.containers[name].get("volumes", [])]
        return {part: self.keys / part for _, mounted, part in parts if mounted}

    def keys_of(self, name: str) -> Path:
        """A container's folder of keys: it holds those whose volumes are mounted there, and no others."""
        folder = self.folder / "mounted" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part, kept in self.mounted_keys(name).items():
            if not (folder / part).is_symlink():
                for made in (self.keys, kept.parent, kept, (folder / part).parent):
                    made.mkdir(mode=0o700, parents=True, exist_ok=True)
                (folder / part).symlink_to(kept)
        return folder

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self.port_base + PORTS[service]}"

    def inner_url(self, service: str) -> str:
        """Where it answers operators alone."""
        return f"http://127.0.0.1:{self.port_base + len(PORTS) + PORTS[service]}"

    @property
    def running(self) -> list[str]:
        """The names of those that run until they are stopped."""
        return [name for name, each in self.containers.items() if runs_on(each)]

    def words(self, name: str, words: list[str]) -> list[str]:
        """A command of a container as this machine understands it."""
        here = {
            "python": sys.executable,
            "/keys": str(self.keys),
            "/bus": str(self.bus),
            "/earlier/keys.json": str(self.folder / "earlier.json"),
            "/tmp/pulse": str(self.pulse(name)),
            **{str(8000 + offset): str(self.port_base + offset) for offset in PORTS.values()},
        }
        if words[0] == "talent":
            words = ["python", "-m", "shared.cli", *words[1:]]
        return [here.get(word) or substituted(word, self.extra) for word in words]

    def pulse(self, name: str) -> Path:
        """What a loop touches."""
        return self.folder / f"{name}.pulse"

    def environment(self, name: str) -> dict[str, str]:
        """A container's environment, its addresses replaced by those of this machine."""
        service: Service = self.containers[name]
        given = {key: value for key, value in environment(service).items() if not re.match(r"\$\{\w+:-", value)}
        here = {
            "TALENT_HOST": "127.0.0.1",
            "TALENT_INNER_PORT_BASE": str(self.port_base + len(PORTS)),
            "TALENT_DATA_DIR": str(self.folder),
            "TALENT_KEYS": str(self.keys_of(name)),
            "TALENT_BUS_URL": self.bus_url,
            "TALENT_KAFKA_CA_FILE": str(self.bus / "public" / "ca.pem"),
            "TALENT_PULSE_FILE": str(self.pulse(name)),
            **{f"TALENT_{other.upper()}_URL": self.url(other) for other in PORTS},
        }
        for key, value in given.items():
            if key.endswith("_DATABASE_URL"):
                here[key] = self._database_url(key.split("_")[1].lower(), value.partition("://")[2].partition(":")[0])
        given = {key: here.get(key) or substituted(value, Drawn()) for key, value in given.items()}
        plain = {key: value for key, value in os.environ.items() if not key.startswith("TALENT_")}
        return plain | given | {"TALENT_PORT_BASE": str(self.port_base), "PYTHONPATH": str(ROOT)} | self.extra

    def run(self, name: str, words: list[str] | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a container's command, or another one in it, to its end."""
        command = self.words(name, words or self.containers[name]["command"])
        return warm.run(command, env=self.environment(name) | more, cwd=ROOT, timeout=TIMEOUT)

    def prepare(self, *names: str) -> None:
        """These, or everything that ends by itself: keys and migrations, in the order of the file."""
        without = set(self.running) | ({"bus-certificate", "bus-rights"} if self.bus_url == "embedded:" else set())
        for name in names or [name for name in self.containers if name not in without]:
            done = self.run(name)
            assert done.returncode == 0, f"{name}: {done.stderr}"

    def start(self, *names: str) -> None:
        """Start these, or all that run on, and wait until they are well."""
        with self.log.open("ab") as log:
            for name in names or self.running:
                self.pulse(name).unlink(missing_ok=True)
                self.processes[name] = warm.start(
                    self.words(name, self.containers[name]["command"]),
                    env=self.environment(name),
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                )
        waiting = set(names or self.running)
        ill = eventually(lambda: {name for name in waiting if not self.is_well(name)}, lambda ill: not ill)
        assert not ill, f"{ill}: {self.log.read_text()}"

    @property
    def log(self) -> Path:
        """What they wrote."""
        return self.folder / "log"

    def is_well(self, name: str) -> bool:
        """What the container's own health check says, asked without a process of its own."""
        *_, checked = self.words(name, self.containers[name]["healthcheck"]["test"])
        return health.main(checked) == 0

    def signal_to(self, number: signal.Signals, *names: str) -> None:
        """Send these, or all, a signal."""
        for name in names or tuple(self.processes):
            self.processes[name].send_signal(number)

    def ended(self, *names: str) -> dict[str, int]:
        """The exit status of these, or of all, once they have ended."""
        return {name: self.processes.pop(name).wait(TIMEOUT) for name in names or tuple(self.processes)}

    def stop(self) -> None:
        """End whatever still runs."""
        self.signal_to(signal.SIGKILL)
        self.ended()
        refuse_in(self.folder.rglob("*"))

    def client(self, service: str, credentials: Mapping[str, str]) -> httpx.Client:
        """A client of a service with a fresh token."""
        answer = httpx.post(
            f"{self.url('registry')}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(credentials["client_id"], credentials["client_secret"]),
            trust_env=False,
            verify=False,
            timeout=TIMEOUT,
        )
        token = answer.raise_for_status().json()["access_token"]
        return httpx.Client(
            base_url=self.url(service),
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            verify=False,
            timeout=TIMEOUT,
        )
