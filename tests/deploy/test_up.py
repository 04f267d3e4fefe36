"""`make up`, with a stand-in for docker that notes what it is asked and runs `exec` on this machine."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from shared.vault import generate_keys
from tests.deploy.compose import FILE, ROOT, variables_in
from tests.deploy.production import Production

STAND_IN = """\
#!/bin/sh
echo "$*" >>"$ASKED"
test "$*" != "compose version" || exit "${NO_COMPOSE:-0}"
case "$*" in "compose exec -T registry "*) shift 5; exec "$PYTHON" "$@" ;; esac
"""


class Up:
    """`make up` in a folder of its own."""

    def __init__(self, folder: Path, production: Production) -> None:
        self.folder = folder
        (folder / "deploy" / "compose").mkdir(parents=True)
        (folder / "deploy" / "postgres").mkdir()
        (folder / "deploy" / "postgres" / "roles.sql").touch(0o600)
        shutil.copy(ROOT / "deploy" / "compose" / "up.sh", folder / "deploy" / "compose")
        docker = folder / "bin" / "docker"
        docker.parent.mkdir()
        docker.write_text(STAND_IN)
        docker.chmod(0o755)
        self._python, *_ = production.words("registry", ["python"])
        self._environment = production.environment("registry")

    def run(self, **more: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        own = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "PYTHON": self._python, "ASKED": str(self.calls)}
        script = self.folder / "deploy" / "compose" / "up.sh"
        return subprocess.run(
            [script], env=self._environment | own | more, capture_output=True, text=True, check=False, timeout=180
        )

    @property
    def calls(self) -> Path:
        """What docker was asked, line by line."""
        return self.folder / "asked"

    @property
    def written(self) -> dict[str, str]:
        """What .env holds."""
        lines = (self.folder / ".env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def up(tmp_path: Path, alone: Production) -> Up:
    return Up(tmp_path / "checkout", alone)


@pytest.fixture
def registry(alone: Production) -> Production:
    """A production of which the registry runs."""
    generate_keys(alone.keys, demo=False)
    alone.start("registry")
    return alone


def test_it_draws_what_is_missing_once_and_makes_the_portals_client(up: Up, registry: Production) -> None:
    first = up.run()
    assert (first.returncode, first.stderr) == (0, "")
    written = up.written
    needed = {name for name, must in variables_in(FILE.read_text()) if must}
    assert set(written) == needed | {"TALENT_PORTAL_CLIENT_ID", "TALENT_PORTAL_CLIENT_SECRET"}
    drawn = [written[name] for name in needed]
    assert len(set(drawn)) == len(drawn)
    assert all(re.fullmatch("[0-9a-f]{48}", each) for each in drawn)
    assert (up.folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (up.folder / "deploy" / "postgres" / "roles.sql").stat().st_mode & 0o777 == 0o644  # another user's to read
    assert not any(secret in first.stdout + up.calls.read_text() for secret in written.values() if len(secret) > 20)
    credentials = {key: written[f"TALENT_PORTAL_{key.upper()}"] for key in ("client_id", "client_secret")}
    with registry.client("registry", credentials) as client:
        assert client.get("/v1/programmes").status_code == 200

    up.calls.unlink()
    assert up.run().returncode == 0
    assert up.written == written
    assert " exec " not in up.calls.read_text()


def test_what_it_tells_to_do_next_works(up: Up, registry: Production) -> None:
    printed = up.run().stdout
    (make_client,) = re.findall(r"docker compose exec registry (python .+)", printed)
    made = registry.run("registry", shlex.split(make_client))
    credentials = dict(line.split() for line in made.stdout.splitlines())
    with registry.client("registry", credentials) as client:
        assert client.get("/v1/institutions").status_code == 200
    (pack,) = re.findall(r"talent policy apply (\S+) --dry-run", printed)
    assert (ROOT / pack).exists()
    for address in re.findall(r"http://127.0.0.1:8001(\S+)", printed):
        assert httpx.get(registry.url("registry") + address, trust_env=False, verify=False).status_code == 200


def test_without_compose_it_says_what_is_needed(up: Up) -> None:
    done = up.run(NO_COMPOSE="1")
    assert done.returncode == 1
    assert "compose" in done.stderr
    assert up.calls.read_text().splitlines() == ["compose version"]


def test_keys_are_of_the_suite_that_env_names(alone: Production) -> None:
    alone.extra = {"TALENT_SUITE": "sm"}
    printed = alone.run("keys").stdout.splitlines()
    assert [line.partition("  ")[2] for line in printed if "  " in line] == ["sm"] * 7
