"""`make mutants`: plants one bug at a time into a copy of the tree, and expects the tests named with it to turn red."""

import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TREE = ("services", "shared", "tests", "deploy", "docs", "pyproject.toml", "docker-compose.yml")
FAILED = 1  # pytest's own exit status where tests ran and some failed


def plant(bug: dict[str, Any], tree: Path) -> None:
    """Change the copy as the bug says; its text must be there exactly once."""
    file = tree / bug["file"]
    text = file.read_text()
    for was, becomes in ((bug["was"], bug["becomes"]), (bug.get("then_was"), bug.get("then_becomes"))):
        if was is None:
            continue
        if text.count(was) != 1:
            raise SystemExit(f"{bug['name']}: its text stands {text.count(was)} times in {bug['file']}")
        text = text.replace(was, becomes)
    file.write_text(text)


def _python_over(tree: Path) -> Path:
    """A Python that finds the copy before what is installed, also in processes that are told to read no PYTHONPATH."""
    place = tree / ".venv"
    venv.create(place)
    (packages,) = place.glob("lib/python*/site-packages")
    installed = [each for each in sys.path if each.endswith("site-packages")]
    (packages / "copy.pth").write_text("\n".join([str(tree), *installed]))
    return place / "bin" / "python"


def turns_red(bug: dict[str, Any]) -> bool:
    """Whether the tests notice."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in TREE:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / name)
        plant(bug, tree)
        run = subprocess.run(
            [_python_over(tree), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *bug["tests"]],
            cwd=tree,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode not in (0, FAILED):
        raise SystemExit(f"{bug['name']}: pytest ended with {run.returncode}\n{run.stdout[-2000:]}")
    return run.returncode == FAILED


def main() -> None:
    """Plant every bug in turn; exit 1 when one went unnoticed."""
    bugs = tomllib.loads((Path(__file__).parent / "planted.toml").read_text())["bugs"]
    unnoticed = []
    for bug in bugs:
        red = turns_red(bug)
        print(f"{'red  ' if red else 'GREEN'}  {bug['name']}", flush=True)
        unnoticed += [] if red else [bug["name"]]
    print(f"{len(bugs) - len(unnoticed)} of {len(bugs)} planted bugs turned the suite red")
    raise SystemExit(bool(unnoticed))


if __name__ == "__main__":
    main()
