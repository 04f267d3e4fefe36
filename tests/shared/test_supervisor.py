"""`talent up` itself: it starts again what died, also on a full disk, and nothing outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.vault import generate_keys
from tests.city import City, eventually

ONLY_THE_PORTAL = "from shared.cli import main, supervisor; supervisor.PORTS = {'portal': 0}; main()"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[City]:
    """A city of which only the portal runs, and whose disk is full: what the supervisor has to say is lost."""
    city = City(tmp_path / "data", TALENT_ENVIRONMENT="production", TALENT_KEYS_FILE=str(tmp_path / "keys.json"))
    generate_keys(tmp_path / "keys.json", demo=False)
    with Path("/dev/full").open("w") as full, (tmp_path / "errors").open("w") as errors:
        command = [sys.executable, "-c", ONLY_THE_PORTAL, "up"]
        city.process = subprocess.Popen(command, env=os.environ | city.environment, stdout=full, stderr=errors)
        assert eventually(lambda: city.is_ready("portal"), bool)
        yield city
        city.process.kill()
        city.process.wait()


def test_a_service_is_started_again_and_again_while_nothing_can_be_written(alone: City) -> None:
    known = alone.process_of("portal")
    for _ in range(2):
        before = known
        os.kill(before, signal.SIGKILL)
        known = eventually(lambda: alone.process_of("portal"), lambda pid: pid != before)  # noqa: B023
        assert known != before
    assert eventually(lambda: alone.is_ready("portal"), bool)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_it(alone: City, how: signal.Signals) -> None:
    portal = alone.process_of("portal")
    alone.process.send_signal(how)
    alone.process.wait(timeout=180)
    assert not eventually(Path(f"/proc/{portal}").exists, lambda there: not there)
