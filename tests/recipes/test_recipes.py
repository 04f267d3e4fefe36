"""Each recipe of CONTRIBUTING.md, followed in a copy of the tree: it works, and what it made passes the checks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recipes.paper import Block, recipes, write

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "data", ".*_cache", ".hypothesis", "*.egg-info")
RECIPES = recipes((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
EXPECTED = {
    "Your first change, in fifteen minutes",
    "A new programme field",
    "A new event",
    "A new channel",
    "A new page",
}

pytestmark = pytest.mark.timeout(600)  # seconds; a recipe runs tests of its own


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree with the environment of this one."""
    tree = shutil.copytree(ROOT, tmp_path / "tree", ignore=LEFT_OUT)
    (tree / ".venv").symlink_to(sys.prefix)
    return tree


def run(tree: Path, *command: str) -> None:
    """Run a command in the copy; it must succeed. Tests there keep to what every machine has."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TALENT_", "PYTEST_"))}
    environment |= {"PYTHONPATH": str(tree), "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist -k 'not postgres'"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"


def changed(blocks: list[Block]) -> list[str]:
    """The Python files that a recipe wrote or changed."""
    return sorted({block.path for block in blocks if block.path.endswith(".py")})


def test_the_paper_has_every_recipe() -> None:
    assert set(RECIPES) == EXPECTED


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_works_as_it_is_written(title: str, tree: Path) -> None:
    """Its commands run, its files have their form, and every layer is where it belongs."""
    blocks = RECIPES[title]
    for block in blocks:
        if block.kind == "sh":
            run(tree, "bash", "-euc", block.text)
        else:
            write(block, tree)
    run(tree, sys.executable, "-m", "ruff", "format", "--check", "--no-cache", *changed(blocks))
    run(tree, sys.executable, "-m", "ruff", "check", "--no-cache", *changed(blocks))
    run(tree, sys.executable, "-c", LINT_IMPORTS)
