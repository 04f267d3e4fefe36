"""Processes of ours as copies of one that has loaded the services: what loading costs is paid once for all of them.

A copy is what `talent up` makes of itself (`shared.cli.processes`): a process by its own id, with its own environment,
folder and output, which runs a module as `python -m` would. Outside pytest (benchmarks) nothing is copied, and
`by_themselves` starts all from nothing: so does tests/deploy/test_whole.py with every command of docker-compose.yml.
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any, Protocol

from shared.cli.processes import Copy

ROOT = Path(__file__).parents[1]
SERVICES = ("registry", "quota", "notify", "portal")
LOADED = ["shared.cli", "shared.running", *(f"services.{name}.main" for name in SERVICES)]
LARGEST = 2**17  # bytes of one request: words, folder and environment
ANOTHER_PYTHON = {"LD_PRELOAD", "PYTHONSAFEPATH"}  # an environment with one of these needs a Python of its own

copying = False  # conftest.py says otherwise


class Process(Protocol):
    """A process, as subprocess.Popen shows it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status once it has ended, negative where a signal ended it."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status when it ends. Raises subprocess.TimeoutExpired where that takes longer than the timeout."""

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal, unless it has ended."""

    def terminate(self) -> None:
        """Have it end in good order."""

    def kill(self) -> None:
        """End it at once."""


class Warm:
    """A copy that a parent made. The parent tells its end, which is its own child's."""

    def __init__(self, pid: int, end: Connection) -> None:
        self.pid = pid
        self._end = end
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status once it has ended, negative where a signal ended it."""
        if self._status is None and self._end.poll():
            self._status = int(self._end.recv())
            self._end.close()
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status when it ends. Raises subprocess.TimeoutExpired where that takes longer than the timeout."""
        if self._status is None:
            self._end.poll(timeout)
        if (status := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return status

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Have it end in good order."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Parent:
    """A process that has loaded everything and makes copies of itself; none of them outlives us."""

    def __init__(self, **environment: str) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = threading.Lock()
        self._line = ours
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(its.fileno())],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                start_new_session=True,  # Ctrl-C is for the tests; they end what they have started
            )

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, out: IO[Any] | int, err: IO[Any] | int
    ) -> Warm:
        """Make a copy that runs `[python, "-m", module, *words]` in this environment and folder."""
        _, _, module, *words = command
        wanted = {"module": module, "words": words, "environment": dict(env), "folder": str(cwd)}
        hears, says = os.pipe()
        files = [each if isinstance(each, int) else each.fileno() for each in (out, err)]
        try:
            with self._asking:
                socket.send_fds(self._line, [json.dumps(wanted).encode()], [*files, says])
                pid = int(self._line.recv(LARGEST))
        finally:
            os.close(says)
        return Warm(pid, Connection(hears, writable=False))

    def close(self) -> None:
        """End it, and whatever it made."""
        self._line.close()
        self._process.wait()


@cache
def _parent() -> Parent:
    """The one of this process, made when it is first asked for."""
    made = Parent()
    atexit.register(made.close)
    return made


def start(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    stdout: IO[Any] | int = 1,
    stderr: IO[Any] | int = 2,
    parent: Parent | None = None,
) -> Process:
    """Start a module of ours as a copy, anything else as itself; its standard input is empty."""
    if copying and is_ours(command) and (parent or not ANOTHER_PYTHON & env.keys()):
        return (parent or _parent()).start(command, env, cwd, stdout, stderr)
    return subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)


def run(
    command: Sequence[str], *, env: Mapping[str, str], timeout: float, cwd: Path = ROOT, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run it to its end: its exit status, and what it wrote. Raises subprocess.TimeoutExpired, and ends it.

    Where something is typed it is no copy, whose standard input is empty.
    """
    if typed or not copying:
        return subprocess.run(
            command, env=env, cwd=cwd, input=typed, timeout=timeout, capture_output=True, text=True, check=False
        )
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = start(command, env=env, cwd=cwd, stdout=out, stderr=err)
        try:
            status = process.wait(timeout)
        finally:
            process.kill()
        written = [(each.seek(0), each.read())[1] for each in (out, err)]
    return subprocess.CompletedProcess(command, status, *written)


@contextmanager
def by_themselves() -> Iterator[None]:
    """Nothing is copied until the end of the block."""
    global copying  # noqa: PLW0603  # one for all who start something
    before, copying = copying, False
    try:
        yield
    finally:
        copying = before


def is_ours(command: Sequence[str]) -> bool:
    """Whether a command is Python with a module of ours."""
    python, option, module, *_ = [*command, "", "", ""]
    return python == sys.executable and option == "-m" and module.partition(".")[0] in ("services", "shared", "tests")


def main(line: socket.socket) -> None:
    """Load everything, and make the copies that are asked for, until whoever asks is gone; then end them."""
    gc.disable()  # as `talent up` loads: a collector that has seen all this looks for garbage in copies far too seldom
    for module in LOADED:
        import_module(module)
    gc.freeze()
    gc.enable()
    running: dict[int, tuple[Copy, Connection]] = {}  # by a descriptor that is ready when the process has ended
    ends: set[Connection] = set()

    def let_go() -> None:
        if os.getppid() == made_by:  # a copy of ours, not one that a copy makes of itself
            line.close()
            for end in ends:
                end.close()
            for descriptor in running:
                os.close(descriptor)

    copy: Copy
    made_by = os.getpid()
    os.register_at_fork(after_in_child=let_go)
    while True:
        for ready in wait([line, *running]):
            if isinstance(ready, int):
                copy, says = running.pop(ready)
                says.send(copy.wait())
                says.close()
                ends.remove(says)
                os.close(ready)
                continue
            wanted, files, _, _ = socket.recv_fds(line, LARGEST, 3)
            if not wanted:
                for copy, _ in running.values():
                    copy.kill()
                return
            ends.add(says := Connection(files.pop(), readable=False))
            copy = _copy(json.loads(wanted), *files)
            running[os.pidfd_open(copy.pid)] = copy, says
            line.send(str(copy.pid).encode())


def _copy(wanted: dict[str, Any], out: int, err: int) -> Copy:
    """What is asked for; it begins as we are, so we are for a moment what it shall be."""
    for ours, its in ((1, out), (2, err)):
        os.dup2(its, ours)
        os.close(its)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    return Copy(wanted["module"], tuple(wanted["words"]), {})


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
