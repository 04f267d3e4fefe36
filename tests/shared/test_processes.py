"""What `talent up` starts: a copy of itself that has its libraries, or where there is none a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, os, signal, sys
from shared.config import settings

answer = {
    "words": sys.argv[1:],
    "port_base": settings().port_base,
    "typed": sys.stdin.read(),
    "leads": os.getsid(0) == os.getpid(),
    "parent": os.getppid(),
}
print(json.dumps(answer))
match sys.argv[1]:
    case "sentence":
        sys.exit("no keys")
    case "number":
        sys.exit(3)
    case "error":
        raise ValueError("what went wrong")
    case "ended":
        signal.pause()
"""
START = """
import os, signal, sys
from shared.cli import processes
from shared.config import settings

settings()
processes.COPIED = sys.argv[1] == "copied"
signal.signal(signal.SIGTERM, lambda *_: None)
child = processes.start("program", *sys.argv[2:], environment={"TALENT_PORT_BASE": "9000"})
if "ended" in sys.argv:
    child.terminate()
print(os.getpid(), child.wait(180))
"""
LOADED = """
import sys
import shared.cli
print(*sorted({"alembic", "fastapi", "sqlalchemy", "sqlmodel", "uvicorn"} & set(sys.modules)))
"""
THREADS = """
import os
from shared.cli.processes import load_libraries
load_libraries()
print(len(os.listdir("/proc/self/task")))
"""

WAYS = pytest.mark.parametrize("way", ["copied", "afresh"])


def run(code: str, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"PYTHONPATH": str(folder)} if folder else {})
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(
        command, check=False, env=environment, input="typed", capture_output=True, text=True, timeout=180
    )


def started(folder: Path, *words: str) -> tuple[dict[str, Any], int, subprocess.CompletedProcess[str]]:
    """What a program found when it was started, its exit status, and everything that was written."""
    (folder / "program.py").write_text(PROGRAM)
    done = run(START, *words, folder=folder)
    *said, last = done.stdout.splitlines()
    parent, status = map(int, last.split())
    found = json.loads(said[0]) if said else {}
    assert found.pop("parent", parent) == parent
    return found, status, done


@WAYS
def test_a_program_finds_its_words_its_settings_and_a_session_of_its_own(way: str, tmp_path: Path) -> None:
    found, status, done = started(tmp_path, way, "serve", "--alone")
    assert found == {"words": ["serve", "--alone"], "port_base": 9000, "typed": "", "leads": True}
    assert (status, done.stderr) == (0, "")


@WAYS
@pytest.mark.parametrize(
    ("end", "wanted", "why"), [("number", 3, ""), ("sentence", 1, "no keys"), ("error", 1, "what")]
)
def test_its_exit_status_and_last_words_are_those_of_any_program(
    way: str, tmp_path: Path, end: str, wanted: int, why: str
) -> None:
    _, status, done = started(tmp_path, way, end)
    assert status == wanted
    assert why in done.stderr


@WAYS
def test_one_that_is_ended_at_once_ends(way: str, tmp_path: Path) -> None:
    assert started(tmp_path, way, "ended")[1] == -15


def test_the_command_line_loads_nothing_that_only_services_need() -> None:
    assert run(LOADED).stdout.split() == []


def test_what_is_copied_has_no_second_thread() -> None:
    assert run(THREADS).stdout.split() == ["1"]
