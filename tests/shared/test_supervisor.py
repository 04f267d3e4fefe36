"""`talent up` on a machine whose disk is full: what it has to say cannot be written, and services run all the same."""

import errno
import io
import subprocess
import sys
import threading

from rich.console import Console

from shared.cli.supervisor import Supervisor
from shared.config import Settings
from tests.city import eventually


class FullDisk(io.StringIO):
    """Takes nothing more."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_service_is_started_again_and_again_while_nothing_can_be_written(chosen: Settings) -> None:
    supervisor = Supervisor(Console(file=FullDisk()))
    dead = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    dead.wait()
    supervisor._children["portal"] = dead
    watching = threading.Thread(target=supervisor._watch)
    watching.start()
    try:
        known = dead
        for _ in range(2):
            before = known
            known = eventually(lambda: supervisor._children["portal"], lambda child: child is not before)  # noqa: B023
            assert known is not before
            known.kill()
    finally:
        supervisor._stopping.set()
        watching.join()
        supervisor._stop()
