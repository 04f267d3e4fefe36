"""The processes that `talent up` starts: on Linux copies of its own, which share the libraries that it has loaded."""

import gc
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn, Protocol

from shared.config import settings
from shared.traces import stop_recording

# Loaded once, before the first copy is made; docs/decisions/0010 has what this saves. The system libraries of other
# systems than Linux do not outlive such copying, so there each process loads everything itself.
COPIED = sys.platform == "linux"
ENDING = (signal.SIGTERM, signal.SIGINT)
LOOK_AGAIN = 0.05  # seconds


class Started(Protocol):
    """A process of ours, as subprocess.Popen shows it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status when it ends. Raises subprocess.TimeoutExpired where that takes longer than the timeout."""

    def terminate(self) -> None:
        """Have it end in good order."""

    def kill(self) -> None:
        """End it at once."""


def load_libraries() -> None:
    """Load what every service needs, for all copies of this process."""
    if not COPIED:
        return
    gc.disable()  # nothing that is loaded is garbage
    import_module("shared.running")  # which needs them all; no other command of ours does
    gc.freeze()  # a copy that looked for garbage in here would make it its own, page by page
    gc.enable()


def start(module: str, *words: str, environment: dict[str, str]) -> Started:
    """Run a module with these words as a process that Ctrl-C at our terminal does not reach."""
    if COPIED:
        return Copy(module, words, environment)
    return subprocess.Popen(  # noqa: S603  # our own modules, named here
        [sys.executable, "-m", module, *words],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


class Copy:
    """A copy of this process that runs a module. Whoever makes one has no threads, whose locks it would inherit."""

    def __init__(self, module: str, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self._status: int | None = None
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until the copy has let go of our handlers
        self.pid = os.fork()
        if self.pid == 0:
            _run(module, words, environment)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def poll(self) -> int | None:
        """Its exit status once it has ended."""
        if self._status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if ended else None
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status when it ends. Raises subprocess.TimeoutExpired where that takes longer than the timeout."""
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while (status := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(LOOK_AGAIN)
        return status

    def terminate(self) -> None:
        """Have it end in good order."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _run(module: str, words: tuple[str, ...], environment: dict[str, str]) -> NoReturn:
    """Be the process that `python -m module words…` would be, and end with its exit status."""
    status = 1
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        with suppress(OSError):
            Path("/proc/self/comm").write_text(
                f"talent {module.rpartition('.')[2]}"
            )  # what `top` and `pgrep` know it by
        os.environ.update(environment)
        settings.cache_clear()
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # as the interpreter does; nothing may come back from here and go on as the supervisor
        traceback.print_exc()
    finally:
        stop_recording()
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(status)
