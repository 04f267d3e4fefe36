"""`python -m tests.releases.ready 0.2.0`, of `make release`: what stands in the way of one, or else its changes."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.releases.__main__ import found_now

ROOT = Path(__file__).parents[2]
VERSION = re.compile(r"\d+\.\d+\.\d+")
IMAGES = ("docker-compose.yml", "deploy/kubernetes/kustomization.yaml")
KEPT = "python -m tests.releases"


def changes(root: Path, version: str) -> str:
    """The section of the changelog; empty where there is none, or where it is said to be unreleased."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(
        rf"^## {re.escape(version)}\b(?![^\n]*未发布)[^\n]*\n(.+?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found else ""


def obstacles(root: Path, version: str, now: Mapping[str, Any]) -> Iterator[str]:
    """What is to be done before this version can be tagged, a line each; `now` are today's documents and tables."""
    if not VERSION.fullmatch(version):
        yield f"版本号写作 1.2.3 · a version is three numbers: {version!r}"
        return
    if tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] != version:
        yield f"pyproject.toml: version = {version!r}"
    for name in IMAGES:
        if not re.search(rf"talent-registry(:|.* newTag: ){re.escape(version)}\b", (root / name).read_text()):
            yield f"{name}: talent-registry {version}"
    if not changes(root, version):
        yield f"CHANGELOG.md: ## {version}（日期 · its day）"
    kept = root / "deploy" / "releases" / version
    if not kept.is_dir():
        yield f"{KEPT} {version}：保存本版本的接口文档 · keep the documents of this release"
    elif outdated := sorted(name for name, document in now.items() if _kept(kept / f"{name}.json") != document):
        yield f"rm -r {kept.relative_to(root)}; {KEPT} {version}：已有变化 · changed since: {', '.join(outdated)}"
    if _git(root, "status", "--porcelain"):
        yield "先提交 · commit what is not committed: git status"
    if _git(root, "tag", "--list", f"v{version}"):
        yield f"v{version} 已有 · is there already"


def _kept(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    (version,) = sys.argv[1:] or ("",)
    found = list(obstacles(ROOT, version, found_now()))
    print("\n".join(found) if found else changes(ROOT, version), file=sys.stderr if found else sys.stdout)
    sys.exit(bool(found))
