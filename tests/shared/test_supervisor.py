"""`talent up` itself: it starts again what died, also on a full disk, and nothing outlives it."""

import operator
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from shared.vault import generate_keys
from tests.city import City, eventually

ONLY_THE_PORTAL = "from shared.cli import main, supervisor; supervisor.PORTS = {'portal': 0}; main()"
PRODUCTION = {"TALENT_ENVIRONMENT": "production"}


@contextmanager
def running(folder: Path, output: Path, **environment: str) -> Iterator[City]:
    """A city of which only the portal runs."""
    city = City(folder / "data", TALENT_KEYS=str(folder / "keys"), **environment)
    generate_keys(folder / "keys", demo="TALENT_ENVIRONMENT" not in environment)
    with output.open("w") as out, (folder / "errors").open("w") as errors:
        command = [sys.executable, "-c", ONLY_THE_PORTAL, "up"]
        city.process = subprocess.Popen(command, env=os.environ | city.environment, stdout=out, stderr=errors)
        try:
            yield city
        finally:
            city.process.kill()
            city.process.wait()


@pytest.fixture
def on_a_full_disk(tmp_path: Path) -> Iterator[City]:
    """One whose disk is full: what its supervisor has to say is lost."""
    with running(tmp_path, Path("/dev/full"), **PRODUCTION) as city:
        assert eventually(lambda: city.is_ready("portal"), bool)
        yield city


def test_a_service_is_started_again_and_again_while_nothing_can_be_written(on_a_full_disk: City) -> None:
    known = on_a_full_disk.process_of("portal")
    for _ in range(2):
        before = known
        os.kill(before, signal.SIGKILL)
        known = eventually(lambda: on_a_full_disk.process_of("portal"), partial(operator.ne, before))
        assert known != before
    assert eventually(lambda: on_a_full_disk.is_ready("portal"), bool)


def test_one_that_is_killed_while_it_starts_is_started_again(tmp_path: Path) -> None:
    with running(tmp_path, Path("/dev/full"), **PRODUCTION) as city:
        city.kill("portal")
        assert eventually(lambda: city.is_ready("portal"), bool)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_it(on_a_full_disk: City, how: signal.Signals) -> None:
    portal = on_a_full_disk.process_of("portal")
    on_a_full_disk.process.send_signal(how)
    on_a_full_disk.process.wait(timeout=180)
    assert not eventually(Path(f"/proc/{portal}").exists, lambda there: not there)


def test_a_demo_that_cannot_be_set_up_ends_everything_and_says_why(tmp_path: Path) -> None:
    with running(tmp_path, tmp_path / "said") as city:
        assert city.process.wait(timeout=180) == 1
        assert "TALENT_CLIENT_ID" in (tmp_path / "said").read_text()
        assert not city.is_ready("portal")


def test_ctrl_c_waits_for_no_demo_that_is_set_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        known = {"TALENT_CLIENT_ID": "somebody", "TALENT_CLIENT_SECRET": "secret", "TALENT_REGISTRY_URL": url}
        with running(tmp_path, tmp_path / "said", **known) as city:
            silent.settimeout(180)
            connection, _ = silent.accept()  # the demo asks for a token, and waits
            city.process.send_signal(signal.SIGINT)
            assert city.process.wait(timeout=180) == 0
            connection.close()
