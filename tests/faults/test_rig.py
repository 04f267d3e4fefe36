"""The fault rig in two towns: a short run with every kind of fault, and a longer one with as many seeds as asked for.

FAULT_SEEDS says how many, FAULT_SEED which comes first: with 7 and one of them, the run of seed 7 again.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.databases import PostgresDatabases, on_postgres
from tests.faults.kinds import broker, databases, events, processes
from tests.faults.rig import Kind, Rig
from tests.faults.town import SERVICES, ManyProcesses, Town
from tests.needs import need
from tests.servers import kafka, postgres

pytestmark = pytest.mark.timeout(1200)

FIRST, COUNT = int(os.environ.get("FAULT_SEED", "1")), int(os.environ.get("FAULT_SEEDS", "1"))
EVERYWHERE: list[Kind] = [
    processes.kill,
    processes.kill,
    processes.kill,
    processes.pause,
    processes.wrong_clock,
    events.echo,
    events.reorder,
    events.noise,
    events.months_pass,
    databases.lock,
]
KINDS: dict[str, list[Kind]] = {
    "embedded": [*EVERYWHERE, databases.full_disk, databases.read_only],
    "kafka-postgres": [
        *EVERYWHERE,
        databases.postgres_restart,
        databases.postgres_cut,
        broker.broker_restart,
        broker.broker_slow,
        broker.topic_missing,
    ],
}
ALWAYS = {"mines", "late", "killed before a commit", "killed after a commit"}


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Town]:
    """A town on a file system of 128 MiB, so that it can be filled; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, check=False).returncode == 0
    need("a small disk", mounted, "run the tests as root, who may mount one for the full-disk fault")
    with ExitStack() as made:
        made.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        town = Town(disk / "data")
        made.callback(town.stop)
        town.start()
        yield town


@pytest.fixture
def many_processes(tmp_path: Path) -> Iterator[ManyProcesses]:
    """A town with a PostgreSQL and an Apache Kafka of its own, which the rig may stop and start."""
    installed = postgres.binaries()
    need("PostgreSQL", installed, "install PostgreSQL (apt-get install postgresql)")
    need("Apache Kafka", kafka.available(), kafka.HOW)
    assert installed
    with ExitStack() as made:
        server = postgres.Postgres(installed, durable=True)
        server.start()
        made.callback(server.close)
        broker = kafka.Broker(tmp_path / "kafka")
        broker.start()
        made.callback(broker.stop)
        with closing(PostgresDatabases(server.url)) as databases:
            urls = on_postgres(databases, *SERVICES)
        town = ManyProcesses(tmp_path / "data", server, broker, **urls)
        made.callback(town.stop)
        town.start()
        yield town


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
@pytest.mark.parametrize("name", KINDS)
def test_every_promise_holds_while_everything_breaks(name: str, seed: int, request: pytest.FixtureRequest) -> None:
    need("libfaketime", processes.faketime(), "apt-get install libfaketime")
    town: Town = request.getfixturevalue(name.replace("kafka-postgres", "many_processes"))
    report = Rig(town, seed, KINDS[name]).run()
    print(report)
    assert not report.findings.any
    assert set(report.faults) == {kind.__name__ for kind in KINDS[name]} | ALWAYS
