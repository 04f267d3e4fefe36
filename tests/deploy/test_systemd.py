"""deploy/systemd against the code: every unit starts what exists, as nobody special, and may change nothing else."""

import importlib.util
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.cli import app
from shared.config import PORTS

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))


def settings(unit: str) -> dict[str, list[str]]:
    """What a unit says, by the name of the setting."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", (UNITS / unit).read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_the_target_starts_every_service_once() -> None:
    (wanted,) = settings("talent.target")["Wants"]
    assert wanted.split() == [f"talent@{name}.service" for name in ("registry", "quota", "notify", "portal")]
    assert {name.removeprefix("talent@").removesuffix(".service") for name in wanted.split()} == set(PORTS)


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_starts_what_exists_and_is_shut_in(unit: str) -> None:
    said = settings(unit)
    (start,) = said["ExecStart"]
    if match := re.fullmatch(r"/opt/talent/\.venv/bin/python -m services\.%i (\w+)(?: --beside)?", start):
        assert match[1] in ("serve", "migrate")
        assert all(importlib.util.find_spec(f"services.{name}.__main__") for name in PORTS)
    else:
        words = start.removeprefix("/opt/talent/.venv/bin/talent ").split()
        assert CliRunner().invoke(app, [words[0], "--help"]).exit_code == 0
        assert set(words) >= {"backup", "--keep"}
    assert said["NoNewPrivileges"] == said["ProtectHome"] == said["PrivateTmp"] == ["yes"]
    assert (said["ProtectSystem"], said["UMask"]) == (["strict"], ["0077"])
    assert said["User"][0].startswith("talent-")
    assert all(path.startswith("/etc/talent/") for path in said["EnvironmentFile"])


def test_whoever_serves_is_not_given_what_the_owner_of_the_tables_has() -> None:
    assert not any("owner" in path for path in settings("talent@.service")["EnvironmentFile"])
    assert any("owner" in path for path in settings("talent-migrate@.service")["EnvironmentFile"])
