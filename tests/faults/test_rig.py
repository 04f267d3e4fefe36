"""The fault rig on one machine: a short run with every kind of fault, and as many seeds as FAULT_SEEDS asks for."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import City
from tests.faults.rig import Rig

SEEDS = range(1, 1 + int(os.environ.get("FAULT_SEEDS", "1")))
REGISTRATIONS = 1_600
KINDS = ["kill", "echo", "noise", "kill", "lock", "full_disk", "kill", "pause", "kill", "echo"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MiB, so that it can be filled; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=False).returncode:
        reason = "small disk: only root may mount one; run the tests as root for the full-disk fault"
        if os.environ.get("REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_holds_while_everything_breaks(seed: int, small_disk: Path) -> None:
    city = City(small_disk / "data")
    city.start()
    rig = Rig(city, seed, REGISTRATIONS, [])
    kinds = KINDS[:]
    rig.lots.shuffle(kinds)
    rig.kinds = kinds
    try:
        report = rig.run()
    finally:
        city.stop()
    print(report)
    assert report.wrong == []
    assert sum(report.faults.values()) == len(KINDS)
    assert report.tries["lost answer"] > 0
