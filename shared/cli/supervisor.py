"""`talent up`: the four services as processes of this machine, started, watched, and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
from rich.console import Console

from shared.cli.client import ApiClient
from shared.cli.demo import DEMO_PLAN, load_demo_year
from shared.cli.demo_bulletins import DemoBulletins
from shared.cli.demo_year import read_plan
from shared.cli.policy import apply_policy
from shared.cli.showing import loading
from shared.config import PORTS, settings
from shared.health import is_fit
from shared.vault import generate_keys

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "deploy" / "policy"
READY_WITHIN = 60.0  # seconds
STOPPED_WITHIN = 15.0  # seconds
RESTART_AFTER = 1.0  # seconds; a service that dies at once does not spin


class Supervisor:
    """Keeps the services running until it is told to stop."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._settings = settings()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()

    def run(self) -> int:
        """Start, watch and stop; the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        if taken := [port for port in map(self._settings.port, PORTS) if self._is_taken(port)]:
            self._out.print(
                f"[red]端口已被占用 · ports in use: {', '.join(map(str, taken))}[/]  "
                "请设置 TALENT_PORT_BASE · set TALENT_PORT_BASE"
            )
            return 1
        self._prepare()
        watching = threading.Thread(target=self._watch, name="watch", daemon=True)
        try:
            for name in PORTS:
                self._start(name)
            if not self._wait_until_fit():
                return 1
            watching.start()
            if self._settings.environment == "demo":
                self._set_up_demo()
            self._stopping.wait()
        finally:
            self._stopping.set()
            self._stop()
        return 0

    def _is_taken(self, port: int) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._settings.host, port))
            except OSError:
                return True
        return False

    @property
    def _unloaded(self) -> Path:
        """Stands in the data folder until the demo year is loaded to its end."""
        return self._settings.data_dir / "demo-year-not-loaded"

    def _prepare(self) -> None:
        folder = self._settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        if self._settings.environment == "demo":
            if self._settings.demo and not any(folder.iterdir()):
                self._unloaded.touch()
            generate_keys(self._settings.keys_path, demo=True)

    def _start(self, name: str) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops the services in good order.
        self._children[name] = subprocess.Popen(  # noqa: S603  # our own modules, named here
            [sys.executable, "-m", f"services.{name}", "serve"],
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.PIPE,  # closes when we are gone, which ends the service too
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "TALENT_DATA_DIR": str(self._settings.data_dir.resolve()),
            "TALENT_SUPERVISED": "1",
            # One process of each service: after a restart it takes its place in its groups again at once.
            "TALENT_KAFKA_INSTANCE": self._settings.kafka_instance or socket.gethostname(),
        }

    def _wait_until_fit(self) -> bool:
        waiting = set(PORTS)
        until = time.monotonic() + READY_WITHIN
        with httpx.Client(trust_env=False, timeout=2) as client:
            while waiting and time.monotonic() < until and not self._stopping.is_set():
                for name in sorted(waiting):
                    if self._children[name].poll() is not None:
                        self._out.print(
                            f"[red]{name} 未能启动，原因见上 · {name} did not start; the reason is above[/]"
                        )
                        return False
                    try:
                        answer = client.get(f"{self._settings.url(name)}/readyz")
                        if is_fit(answer.status_code, answer.content):
                            waiting.discard(name)
                    except httpx.TransportError:
                        pass
                time.sleep(0.05)
        return not waiting

    def _watch(self) -> None:
        """Start again whatever died: a service loses nothing by dying."""
        while not self._stopping.wait(RESTART_AFTER):
            for name, child in list(self._children.items()):
                if child.poll() is not None and not self._stopping.is_set():
                    _close(child)
                    self._start(name)
                    with suppress(OSError):  # a full disk that keeps our words must not keep services from running
                        self._out.print(
                            f"[yellow]{name} 意外退出，重新启动 · {name} ended unexpectedly, starting it again[/]"
                        )

    def _stop(self) -> None:
        for child in self._children.values():
            child.terminate()
        until = time.monotonic() + STOPPED_WITHIN
        for child in self._children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            _close(child)

    def _set_up_demo(self) -> None:
        for pack in sorted(PACKS.glob("*.toml")):
            number, changes = apply_policy(ApiClient.chosen("bureau"), pack, dry_run=False)
            self._out.print(f"政策包 {number} 已生效 · in force ({len(changes)} 项变化 · changes)")
        self._greet()
        if self._unloaded.exists():
            load_demo(self._out)
            self._unloaded.unlink()

    def _greet(self) -> None:
        url = self._settings.url
        self._out.print(
            f"""
[bold]人才计划登记系统已就绪 · The talent programme registry is ready[/]

  门户 portal     {url("portal")}/?as_of=2019-12-31
  登记 registry   {url("registry")}/docs
  目标 quota      {url("quota")}/docs
  提醒 notify     {url("notify")}/docs
  凭据 credentials  {self._settings.credentials_path}

[bold]下一步 · Next[/]
  .venv/bin/talent progress --as-of 2019-12-31
  .venv/bin/talent bulletin 2019-12
  .venv/bin/talent token --as bureau
  Ctrl-C 停止 · stops everything
"""
        )


def _close(child: subprocess.Popen[bytes]) -> None:
    """Give back the pipe to a child that ended."""
    if child.stdin:
        child.stdin.close()


def load_demo(out: Console) -> None:
    """Load the demo year with a progress bar, and say what came of it."""
    bureau = ApiClient.chosen("bureau")
    bulletins = DemoBulletins(bureau.client("registry"), bureau.client("quota"), read_plan(DEMO_PLAN))
    with loading(out) as bar:
        loaded = load_demo_year(
            lambda name: ApiClient.chosen(name).client("registry"), DEMO_PLAN, bar, after_month=bulletins.after
        )
    out.print(
        f"演示年已装入 · the demo year is loaded: {loaded.registered} 登记 registrations, {loaded.moved} 办理 acts"
    )
    for problem, times in loaded.refused.items():
        out.print(f"[yellow]未予办理 · refused: {problem} ({times})[/]")
