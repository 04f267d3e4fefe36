"""One service as a process of its own, and what it says."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.health import is_fit
from tests import warm
from tests.city import TIMEOUT, eventually, free_ports

PLACES = {"portal": 0, "registry": 1, "quota": 2, "notify": 3}


@dataclass(frozen=True)
class Running:
    """A process that serves."""

    process: warm.Process
    url: str
    output: Path

    def status(self, path: str) -> int:
        """What it answers to a reading request; 0 while it takes none."""
        try:
            return httpx.get(self.url + path, trust_env=False, verify=False, timeout=TIMEOUT).status_code
        except httpx.TransportError:
            return 0

    def is_fit(self) -> bool:
        """Whether it could do its work, if only it were given a policy pack."""
        try:
            answer = httpx.get(f"{self.url}/readyz", trust_env=False, verify=False, timeout=TIMEOUT)
        except httpx.TransportError:
            return False
        return is_fit(answer.status_code, answer.content)

    def said(self) -> str:
        """What it wrote so far."""
        return self.output.read_text()


@contextmanager
def running(service: str, folder: Path, *words: str, **environment: str) -> Iterator[Running]:
    """A service that serves until the end of the block, and stops in good order."""
    first = free_ports(4)
    ours = {"TALENT_DATA_DIR": str(folder), "TALENT_PORT_BASE": str(first), "TALENT_LOG_FORMAT": "text"}
    chosen = {**ours, **environment}
    output = folder / f"{service}-{first}.log"
    with output.open("wb") as written:
        process = warm.start(
            [sys.executable, "-m", f"services.{service}", "serve", *words],
            env=os.environ | chosen,
            stdout=written,
            stderr=written,
        )
    it = Running(process, f"http://127.0.0.1:{first + PLACES[service]}", output)
    try:
        assert eventually(lambda: it.status("/livez") or process.poll() is not None, bool), it.said()
        yield it
    finally:
        if process.poll() is None:
            process.terminate()
            assert process.wait(TIMEOUT) == 0, it.said()
    assert "Traceback" not in it.said(), it.said()
