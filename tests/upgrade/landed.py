"""The landed version (已上线版本): its tree, taken out of the history, and services run from a tree one by one."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from tests import warm
from tests.city import City, eventually

ROOT = Path(__file__).parents[2]
COMMIT = "518e3d253f6a2c2a95ccb2a166cb9db4a6aea603"
HOW = f"the history lacks the landed version {COMMIT[:7]}: git fetch --unshallow, or git fetch origin {COMMIT}"
TIMEOUT = 240.0  # seconds until services must be ready that begin on a busy machine, each compiled for the first time
KEYS = "import sys, pathlib, shared.vault as v; v.generate_keys(pathlib.Path(sys.argv[1]), demo=True)"


def landed_tree(folder: Path, root: Path = ROOT) -> Path:
    """The tree of the landed version, unpacked into a folder. Fails with one line where the history is cut off."""
    git = ["git", "-C", str(root)]
    if subprocess.run([*git, "cat-file", "-e", f"{COMMIT}^{{tree}}"], capture_output=True, check=False).returncode:
        pytest.fail(HOW, pytrace=False)
    packed = subprocess.run([*git, "archive", COMMIT], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class Site(City):
    """A city whose processes are started and stopped one by one, from this tree or another."""

    def __init__(self, folder: Path, databases: Mapping[str, str], tree: Path | None = None) -> None:
        # A safe path leaves the working folder out, which is this tree: modules come from the one that is named.
        other = {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"} if tree else {}
        super().__init__(folder, **other, **databases)
        self.tree = tree or ROOT
        self._processes: dict[str, warm.Process] = {}

    def make_keys(self) -> None:
        """The keys of a demo, as the tree's own code writes them."""
        command = [sys.executable, "-c", KEYS, str(self.folder / "keys.json")]
        subprocess.run(command, env=os.environ | self.environment, check=True)

    def begin(self, *lines: str) -> None:
        """Start processes by their command lines (`quota serve --alone`), and wait until those that serve are ready."""
        for line in lines:
            command = [sys.executable, "-m", *f"services.{line}".split()]
            with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
                process = warm.start(command, env=os.environ | self.environment, stdout=log, stderr=log)
            self._processes[line] = process
        serving = [line.split()[0] for line in lines if " serve" in line]
        assert eventually(lambda: all(map(self.is_ready, serving)), bool, within=TIMEOUT), self.log()

    def end(self, *lines: str) -> None:
        """Stop processes in good order."""
        ending = [self._processes.pop(line) for line in lines]
        for process in ending:
            process.terminate()
        assert [process.wait(30) for process in ending] == [0] * len(ending), self.log()

    def stop(self) -> None:
        """Stop every process that still runs."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self.end(*self._processes)
