"""The landed version (已上线版本): its tree, taken out of the history, and services run from a tree one by one."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from shared.health import serves
from tests import warm
from tests.city import City, eventually

ROOT = Path(__file__).parents[2]
COMMIT = "518e3d253f6a2c2a95ccb2a166cb9db4a6aea603"
HOW = f"the history lacks the landed version {COMMIT[:7]}: git fetch --unshallow, or git fetch origin {COMMIT}"
TIMEOUT = 240.0  # seconds until services must be ready that begin on a busy machine, each compiled for the first time
COPYING = ("tests/warm.py", "shared/cli/processes.py")  # how processes of ours are copied; it did not know that yet
KEYS = "import sys, pathlib, shared.vault as v; v.generate_keys(pathlib.Path(sys.argv[1]), demo=True)"


def landed_tree(folder: Path, root: Path = ROOT) -> Path:
    """The tree of the landed version, unpacked into a folder. Fails with one line where the history is cut off."""
    git = ["git", "-C", str(root)]
    if subprocess.run([*git, "cat-file", "-e", f"{COMMIT}^{{tree}}"], capture_output=True, check=False).returncode:
        pytest.fail(HOW, pytrace=False)
    packed = subprocess.run([*git, "archive", COMMIT], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    for name in COPYING:
        shutil.copy(ROOT / name, folder / name)
    return folder


def parent_in(tree: Path) -> warm.Parent:
    """A process of that tree which all others of it are copies of; whoever asked closes it."""
    return warm.Parent(**own_modules(tree))


def own_modules(tree: Path) -> dict[str, str]:
    """A safe path leaves the working folder out, which is this tree: modules come from the one that is named."""
    return {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}


class Site(City):
    """A city whose processes are started and stopped one by one, from this tree or another."""

    def __init__(
        self, folder: Path, databases: Mapping[str, str], tree: Path | None = None, parent: warm.Parent | None = None
    ) -> None:
        super().__init__(folder, **(own_modules(tree) if tree else {}), **databases)
        self.tree = tree or ROOT
        self.parent = parent
        self._processes: dict[str, warm.Process] = {}

    def make_keys(self) -> None:
        """The keys of a demo, as the tree's own code writes them."""
        command = [sys.executable, "-c", KEYS, str(self.folder / "keys.json")]
        subprocess.run(command, env=os.environ | self.environment, check=True)

    def begin(self, *lines: str) -> None:
        """Start processes by their command lines (`quota serve --alone`), and wait until those that serve are fit."""
        for line in lines:
            command = [sys.executable, "-m", *f"services.{line}".split()]
            with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
                environment = os.environ | self.environment
                process = warm.start(command, env=environment, stdout=log, stderr=log, parent=self.parent)
            self._processes[line] = process
        ports = [int(self.url(line.split()[0]).rpartition(":")[2]) for line in lines if " serve" in line]
        assert eventually(lambda: all(map(serves, ports)), bool, within=TIMEOUT), self.log()

    def end(self, *lines: str) -> None:
        """Stop processes in good order."""
        ending = [self._processes.pop(line) for line in lines]
        for process in ending:
            process.terminate()
        assert [process.wait(TIMEOUT) for process in ending] == [0] * len(ending), self.log()

    def stop(self) -> None:
        """Stop every process that still runs."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self.end(*self._processes)
        self.refuse_numbers()
