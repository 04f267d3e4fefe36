"""Copies, with which tests start the services: each is a process of its own in everything that a test looks at."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import warm

OWN = [sys.executable, "-m", "tests.shared.toy_process"]


def test_it_has_its_own_words_environment_folder_and_status(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "OWN": "yes"}
    done = warm.run([*OWN, "3", "words"], env=environment, cwd=tmp_path, timeout=60)
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (3, "to errors\n")
    assert said.pop("open")
    assert said == {"words": ["3", "words"], "environment": environment, "folder": str(tmp_path), "typed": ""}


def test_what_one_was_told_the_next_does_not_know(tmp_path: Path) -> None:
    for environment in ({"FIRST": "1"}, {"SECOND": "2"}):
        said = json.loads(warm.run([*OWN, "0"], env=environment, cwd=tmp_path, timeout=60).stdout)
        assert said["environment"] == environment


def test_it_holds_nothing_of_its_parent_or_of_other_copies(tmp_path: Path) -> None:
    others = [warm.start([*OWN, "wait"], env={}, cwd=tmp_path) for _ in range(3)]
    said = json.loads(warm.run([*OWN, "0"], env={}, cwd=tmp_path, timeout=60).stdout)
    for each in others:
        each.kill()
        each.wait(60)
    assert [each for each in said["open"] if each.startswith(("pipe:", "socket:", "anon_inode:"))] == []


def test_one_that_a_signal_ends_says_which(tmp_path: Path) -> None:
    process = warm.start([*OWN, "wait"], env={}, cwd=tmp_path)
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.kill()
    assert (process.wait(60), process.poll()) == (-signal.SIGKILL, -signal.SIGKILL)
    process.terminate()  # it has ended: nobody else is sent it


def test_none_outlives_its_parent(tmp_path: Path) -> None:
    parent = warm.Parent()
    process = warm.start([*OWN, "wait"], env={}, cwd=tmp_path, parent=parent)
    parent.close()
    until = time.monotonic() + 60
    while Path(f"/proc/{process.pid}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{process.pid}").exists()
