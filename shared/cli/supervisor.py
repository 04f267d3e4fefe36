"""`talent up`: the four services as processes of this machine, started, watched, and stopped together."""

import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress

from rich.console import Console

from shared.cli.processes import Started, load_libraries, start
from shared.cli.welcome import unloaded
from shared.config import PORTS, settings
from shared.health import serves
from shared.ports import is_taken
from shared.private_files import keep_private
from shared.vault import generate_keys

READY_WITHIN = 60.0  # seconds
STOPPED_WITHIN = 15.0  # seconds
RESTART_AFTER = 1.0  # seconds; a service that dies at once does not spin
WELCOME = "welcome"


class Supervisor:
    """Keeps the services running until it is told to stop. It has no threads, so that copies of it can be made."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._settings = settings()
        self._children: dict[str, Started] = {}
        self._stopping = threading.Event()

    def run(self) -> int:
        """Start, watch and stop; the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        if taken := [port for port in map(self._settings.port, PORTS) if is_taken(self._settings.host, port)]:
            self._out.print(
                f"[red]端口已被占用 · ports in use: {', '.join(map(str, taken))}[/]  "
                "请设置 TALENT_PORT_BASE · set TALENT_PORT_BASE"
            )
            return 1
        self._prepare()
        load_libraries()
        try:
            for name in PORTS:
                self._start(name)
            if not self._wait_until_fit():
                return 1
            if self._settings.environment == "demo":
                self._children[WELCOME] = start("shared.cli.welcome", environment={})
            return self._watch()
        finally:
            self._stop()

    def _prepare(self) -> None:
        folder = self._settings.data_dir
        keep_private(folder)
        if self._settings.environment == "demo":
            if self._settings.demo and not any(folder.iterdir()):
                unloaded().touch()
            generate_keys(self._settings.keys_path, demo=True, earlier=folder / "keys.json")

    def _start(self, name: str) -> None:
        environment = {
            "TALENT_SUPERVISOR": str(os.getpid()),
            # One process of each service: after a restart it takes its place in its groups again at once.
            "TALENT_KAFKA_INSTANCE": self._settings.kafka_instance or socket.gethostname(),
        }
        self._children[name] = start(f"services.{name}", "serve", environment=environment)

    def _wait_until_fit(self) -> bool:
        waiting = set(PORTS)
        until = time.monotonic() + READY_WITHIN
        while waiting and time.monotonic() < until and not self._stopping.is_set():
            for name in sorted(waiting):
                status = self._children[name].poll()
                if status is not None and status >= 0:
                    self._say(f"[red]{name} 未能启动，原因见上 · {name} did not start; the reason is above[/]")
                    return False
                if status is not None:  # a signal ended it, which is no fault of its own
                    self._start_again(name)
                elif serves(self._settings.port(name), self._settings.host):
                    waiting.discard(name)
            time.sleep(0.05)
        return not waiting

    def _watch(self) -> int:
        """Start again whatever died: a service loses nothing by dying. A demo that cannot be set up ends everything."""
        while not self._stopping.wait(RESTART_AFTER):
            for name in PORTS:
                if self._children[name].poll() is not None:
                    self._start_again(name)
            if WELCOME in self._children and self._children[WELCOME].poll():
                return 1
        return 0

    def _start_again(self, name: str) -> None:
        self._start(name)
        self._say(f"[yellow]{name} 意外退出，重新启动 · {name} ended unexpectedly, starting it again[/]")

    def _say(self, text: str) -> None:
        with suppress(OSError):  # a full disk that keeps our words must not keep services from running
            self._out.print(text)

    def _stop(self) -> None:
        for child in reversed(self._children.values()):
            child.terminate()
        until = time.monotonic() + STOPPED_WITHIN
        for child in self._children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
