"""A package or a file that no import contract names fails the check (pyproject.toml, [tool.importlinter])."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.names import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
NOT_NOUNS = {"services/notify/channels"}  # a channel is one file of its own, whatever its name


def new_package(tree: Path) -> None:
    (tree / "services/quota/attic").mkdir()
    (tree / "services/quota/attic/__init__.py").touch()


def new_file(tree: Path) -> None:
    (tree / "services/registry/subjects/helpers.py").touch()


def impure_rule(tree: Path) -> None:
    with (tree / "services/quota/quotas/rules.py").open("a") as file:
        file.write("from shared import clock\n")


def page_over_page(tree: Path) -> None:
    with (tree / "services/portal/pages/bulletins/api.py").open("a") as file:
        file.write("from services.portal.pages.overview import api\n")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (new_package, "services.quota.attic"),
        (new_file, "services.registry.subjects.helpers"),
        (impure_rule, "Rules decide; they do no I/O and know no framework BROKEN"),
        (page_over_page, "Page groups never import one another BROKEN"),
    ],
)
def test_what_no_contract_allows_fails_the_check(tmp_path: Path, change: Callable[[Path], None], named: str) -> None:
    for name in ("services", "shared", "pyproject.toml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    change(tmp_path)
    command = [sys.executable, "-c", LINT, "--no-cache"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    assert named in found.stdout


def test_every_noun_keeps_the_order_of_its_roles() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    packages = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "services").glob("*/*/__init__.py")}
    nouns = {package for package in packages if not package.startswith("services/portal/")} - NOT_NOUNS
    left_out = {
        noun
        for noun in nouns
        if f'"{noun.replace("/", ".")}"' not in text and f'"{noun.replace("/", ".").rpartition(".")[0]}.*"' not in text
    }
    assert not left_out
