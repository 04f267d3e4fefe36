"""The night of an installation in containers: the very commands of compose/backup.yml, and what is there afterwards."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.city import eventually
from tests.deploy.broker import start_broker
from tests.deploy.bureau import Bureau
from tests.deploy.compose import Service, load
from tests.deploy.databases import OwnServer
from tests.deploy.production import Production
from tests.deploy.test_compose_backup import BESIDE, DOCKERFILE

ENTRYPOINT = json.loads(DOCKERFILE.read_text().rpartition("\nENTRYPOINT ")[2])


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    """Everything that docker-compose.yml starts."""
    server = OwnServer()
    production = Production(tmp_path / "city", server.url)
    broker = start_broker(production)
    try:
        production.prepare()
        production.start()
        yield production
    finally:
        production.stop()
        server.close()
        broker.stop()


class Night:
    """The two one-off containers: neither sees a key, and /backups is a folder of the host."""

    def __init__(self, production: Production, folder: Path) -> None:
        self._production, self.backups, self._own = production, folder / "backups", folder / "tmp"
        self._own.mkdir()
        self._services: dict[str, Service] = load(BESIDE.read_text())["services"]
        production.containers |= self._services

    def run(self, name: str, *words: str) -> CompletedProcess[str]:
        """`docker compose run --rm NAME WORDS`."""
        service = self._services[name]
        said = [*service.get("entrypoint", ENTRYPOINT), *(words or service["command"])]
        here = [word.replace("/backups", str(self.backups)) for word in said]
        return self._production.run(name, here, TALENT_DATA_DIR=str(self._own))


def test_what_came_after_the_backup_is_posted_again_and_all_else_is_back(
    production: Production, tmp_path: Path
) -> None:
    bureau, night = Bureau(production), Night(production, tmp_path)
    bureau.register(1)
    assert eventually(bureau.value, bool) == 1
    assert eventually(bureau.alerts, bool) == ["milestone_reached"]
    done = night.run("backup")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    (made,) = night.backups.iterdir()
    assert {each.name for each in made.iterdir()} == {"registry.dump", "quota.dump", "notify.dump", "manifest.json"}

    bureau.register(2)
    assert eventually(bureau.value, lambda value: value == 2) == 2
    words = (f"/backups/{made.name}", "--replace")
    refused = night.run("restore", *words)
    assert (refused.returncode, "停止全部服务" in refused.stdout) == (1, True), refused.stdout
    production.signal_to(signal.SIGTERM)
    production.ended()
    done = night.run("restore", *words)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    production.start()

    assert bureau.value() == 1
    assert bureau.alerts() == ["milestone_reached"]
    bureau.register(2)
    assert eventually(bureau.value, lambda value: value == 2) == 2
    verified = bureau.talent("verify")
    assert verified.returncode == 0, verified.stdout
