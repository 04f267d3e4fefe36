"""A release is tagged once everything of it is there, and whatever is missing is named."""

import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.releases.ready import IMAGES, ROOT, changes, obstacles

NOW = {"registry": {"openapi": "3.1.0"}, "asyncapi": {"asyncapi": "3.0.0"}}
NEXT = "9.8.7"
OF_NOW = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of which the next version can be tagged."""
    for name in ("pyproject.toml", *IMAGES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text().replace(OF_NOW, NEXT))
    (tmp_path / "CHANGELOG.md").write_text(f"# 更新记录\n\n## {NEXT}（2026-12-31）\n\n- 新。New.\n\n## 0.1.0\n\nOld.\n")
    kept = tmp_path / "deploy" / "releases" / NEXT
    kept.mkdir(parents=True)
    for name, document in NOW.items():
        (kept / f"{name}.json").write_text(json.dumps(document))
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def change(path: Path, before: str, after: str) -> None:
    """Other words in a file, which has the former ones once."""
    text = path.read_text()
    assert text.count(before) == 1, (path, before)
    path.write_text(text.replace(before, after))


def git(tree: Path, *words: str) -> None:
    """One command of git, as somebody."""
    subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words], cwd=tree, check=True)


def commit(tree: Path) -> None:
    """Everything there is."""
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "Change it")


def test_nothing_stands_in_the_way_of_what_is_complete(tree: Path) -> None:
    assert list(obstacles(tree, NEXT, NOW)) == []
    assert changes(tree, NEXT) == "- 新。New."


def unreleased(tree: Path) -> None:
    change(tree / "CHANGELOG.md", f"## {NEXT}（2026-12-31）", f"## {NEXT}（未发布 · unreleased）")
    commit(tree)


def another_version(tree: Path) -> None:
    change(tree / "pyproject.toml", f'version = "{NEXT}"', 'version = "9.8.6"')
    commit(tree)


def another_image(tree: Path) -> None:
    change(tree / IMAGES[1], f"newTag: {NEXT}", "newTag: 9.8.6")
    commit(tree)


def no_documents(tree: Path) -> None:
    shutil.rmtree(tree / "deploy" / "releases")
    commit(tree)


def other_documents(tree: Path) -> None:
    (tree / "deploy" / "releases" / NEXT / "asyncapi.json").write_text("{}")
    commit(tree)


def not_committed(tree: Path) -> None:
    (tree / "left.txt").write_text("?")


def tagged(tree: Path) -> None:
    git(tree, "tag", f"v{NEXT}")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (unreleased, "CHANGELOG.md"),
        (another_version, "pyproject.toml"),
        (another_image, "kustomization.yaml"),
        (no_documents, f"python -m tests.releases {NEXT}"),
        (other_documents, "asyncapi"),
        (not_committed, "git status"),
        (tagged, f"v{NEXT}"),
    ],
)
def test_what_is_missing_is_named(tree: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(tree)
    (obstacle,) = obstacles(tree, NEXT, NOW)
    assert said in obstacle


def test_a_version_is_three_numbers(tree: Path) -> None:
    assert len(list(obstacles(tree, "next", NOW))) == 1
