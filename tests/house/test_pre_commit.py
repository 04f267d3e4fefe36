"""What runs before a commit: the parts of `make check`, by commands that are here, with nothing fetched."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.names import ROOT

(LOCAL,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
HOOKS: list[dict[str, Any]] = LOCAL["hooks"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_a_command_of_this_environment(hook: dict[str, Any]) -> None:
    program, *words = hook["entry"].split()
    assert (LOCAL["repo"], hook["language"]) == ("local", "system")
    assert (Path(sys.executable).parent / program.removeprefix(".venv/bin/")).exists()
    assert all((ROOT / word).exists() for word in words if word.startswith("tests/"))
    re.compile(hook.get("files", ""))


def test_hooks_are_what_make_check_does() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    (each,) = re.findall(r"for service in \$\(SERVICES\); do \$\(BIN\)/(python -m .+?) \$\$service", recipe)
    parts = {*re.findall(r"\$\(BIN\)/(ruff \w+|mypy|lint-imports)", recipe)}
    parts |= {f"{each} {service}" for service in ("registry", "quota", "notify")}
    entries = [hook["entry"].removeprefix(".venv/bin/") for hook in HOOKS]
    assert len(parts) == 7
    assert [part for part in parts if not any(entry.startswith(part) for entry in entries)] == []
