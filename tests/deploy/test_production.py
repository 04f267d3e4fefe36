"""Production as docker-compose.yml runs it, without containers: on SQLite and the embedded bus."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from shared.config import PORTS, Settings
from shared.contracts.published import PUBLISHED
from shared.db import Database
from shared.event_keys import trusted_keys
from shared.events import encode
from shared.service_tables import outbox, relay_lease
from shared.signatures import read_signed
from shared.vault import DUTIES, generate_keys
from tests.city import TIMEOUT, eventually, stopped_now
from tests.deploy.bureau import Bureau
from tests.deploy.production import Production

pytestmark = pytest.mark.timeout(600)  # seconds; the first test waits until sixteen processes run


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("production")
    production = Production(folder, lambda service, _: f"sqlite:///{folder}/{service}.db")
    try:
        production.prepare()
        production.start()
        yield Bureau(production)
    finally:
        production.stop()


def test_one_registration_is_counted_told_and_sent(bureau: Bureau) -> None:
    before = bureau.value()
    bureau.register(1)
    assert eventually(bureau.value, lambda value: value > before) == before + 1
    assert "milestone_reached" in eventually(bureau.alerts, bool)
    letters = eventually(lambda: list((bureau.production.folder / "mail").glob("*.eml")), bool)
    assert len(letters) == 1


def test_the_command_line_makes_no_second_client_of_one_name(bureau: Bureau) -> None:
    words = ["python", "-m", "services.registry", "client", "--role", "leader", "--name", "x", "--client-id"]
    again = bureau.production.run("registry", [*words, "leader"])
    assert (again.returncode, again.stdout, "already" in again.stderr) == (2, "", True)
    assert bureau.production.run("registry", [*words, "A b"]).returncode == 2


@pytest.mark.parametrize("service", PORTS)
def test_w09_documents_and_metrics_answer_on_the_inner_port_alone(bureau: Bureau, service: str) -> None:
    production = bureau.production
    for path in ("/docs", "/openapi.json", "/metrics", "/static-offline-docs/swagger-ui.css"):
        assert httpx.get(production.url(service) + path, trust_env=False, verify=False).status_code == 404, path
        assert httpx.get(production.inner_url(service) + path, trust_env=False, verify=False).status_code == 200, path
    assert httpx.get(production.inner_url(service) + "/livez", trust_env=False, verify=False).status_code == 200


def test_w09_what_the_services_write_is_their_owners_alone(bureau: Bureau) -> None:
    folder = bureau.production.folder
    written = [path for path in (folder, *folder.rglob("*")) if path != bureau.production.log]
    assert {"registry.db", "bus.db"} <= {path.name for path in written}
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []


def test_the_health_check_of_every_container_finds_it_well(bureau: Bureau) -> None:
    production = bureau.production
    for name in production.running:
        _, *check = production.containers[name]["healthcheck"]["test"]
        done = eventually(partial(production.run, name, check), lambda done: done.returncode == 0)
        assert done.returncode == 0, name


def test_the_portal_shows_nobody_anything_unless_its_page_is_public(bureau: Bureau) -> None:
    refused = httpx.get(bureau.production.url("portal"), headers={"Accept": "text/html"}, trust_env=False, verify=False)
    assert refused.status_code == 401
    assert "请先登录" in refused.text


def test_the_portal_reads_with_its_own_client(bureau: Bureau) -> None:
    production = bureau.production
    production.signal_to(signal.SIGTERM, "portal")
    production.ended("portal")
    own = {f"TALENT_PORTAL_{name.upper()}": value for name, value in bureau.leader.items()}
    production.extra = own | {"TALENT_PUBLIC_PAGE": "true"}
    production.start("portal")
    page = httpx.get(f"{production.url('portal')}/", params={"as_of": "2019-12-31"}, trust_env=False, verify=False)
    assert page.status_code == 200
    assert "青年" in page.text


def test_every_event_on_the_bus_is_a_published_one_signed_by_its_service(bureau: Bureau) -> None:
    """Each relay was given the private key of its own service alone."""
    production = bureau.production
    trusted = trusted_keys(Settings(keys=production.keys))
    with closing(sqlite3.connect(production.folder / "bus.db")) as bus:
        bodies = [body for (body,) in bus.execute("SELECT body FROM log")]
    assert bodies
    for body in bodies:
        assert encode(read_signed(body, PUBLISHED, trusted, older=False)) == trusted.open(body)[0]
    given = {name: set(production.mounted_keys(name)) - {"events/public"} for name in production.running}
    assert {name: parts for name, parts in given.items() if name.endswith("-relay")} == {
        f"{service}-relay": {f"events/{service}"} for service in ("registry", "quota", "notify")
    }


def test_told_to_stop_every_process_ends_in_good_order(bureau: Bureau) -> None:
    production = bureau.production
    everything = list(production.processes)
    production.signal_to(signal.SIGTERM)
    assert production.ended() == dict.fromkeys(everything, 0)
    assert not production.is_well("registry")
    production.start()


def test_killed_and_started_again_nothing_is_lost(bureau: Bureau) -> None:
    before = bureau.value()
    production = bureau.production
    for serial in range(100, 110):
        bureau.register(serial)
    killed = ("registry", "registry-relay", "quota", "quota-relay", "quota-consume")
    production.signal_to(signal.SIGKILL, *killed)
    assert production.ended(*killed) == dict.fromkeys(killed, -signal.SIGKILL)
    production.start(*killed)
    assert eventually(bureau.value, lambda value: value >= before + 10) == before + 10


def test_a_loop_that_does_not_get_on_is_not_well(bureau: Bureau) -> None:
    production = bureau.production
    pulse = production.pulse("notify-send")
    assert stopped_now(production.processes["notify-send"].pid)
    eventually(lambda: pulse.unlink(missing_ok=True), lambda _: not pulse.exists())
    assert not production.is_well("notify-send")
    production.signal_to(signal.SIGCONT, "notify-send")
    assert eventually(lambda: production.is_well("notify-send"), bool)


def test_a_relay_on_its_own_removes_what_was_carried_long_ago(bureau: Bureau) -> None:
    production = bureau.production
    database = Database(production.environment("quota-relay")["TALENT_QUOTA_DATABASE_URL"])

    def rows(*these: Any) -> list[Any]:
        with database.reading() as session:
            return list(session.execute(select(outbox.c.id).where(*these)).scalars())

    carried = outbox.c.published_at.is_not(None)
    assert eventually(lambda: rows(~carried), lambda found: not found) == []
    production.signal_to(signal.SIGTERM, "quota-relay")
    assert production.ended("quota-relay") == {"quota-relay": 0}
    with database.writing() as session:
        aged = session.execute(update(outbox).where(carried).values(published_at=datetime(2020, 1, 1, tzinfo=UTC)))
        assert aged.rowcount  # type: ignore[attr-defined]  # as of every statement that changes rows
    production.start("quota-relay")
    assert eventually(rows, lambda found: not found) == []
    database.close()


class Relayed:
    """What the registry's relay has done, as its database and the bus show it."""

    def __init__(self, production: Production, bus: sqlite3.Connection) -> None:
        url = production.environment("registry-migrate")["TALENT_REGISTRY_DATABASE_URL"]
        self._database = Database(url)
        self._bus = bus

    def lease(self) -> tuple[int, int]:
        """The fencing number, and until when the lease holds."""
        with self._database.reading() as session:
            row = session.execute(select(relay_lease.c.fence, relay_lease.c.expires_ms)).one_or_none()
        return (row.fence, row.expires_ms) if row else (0, 0)

    def is_still(self) -> bool:
        """Whether the lease is not renewed, because its holder waits for something."""
        before = self.lease()
        time.sleep(5)  # longer than a busy machine keeps one that waits for nothing
        return self.lease() == before

    def marks(self) -> list[Any]:
        """When each row was marked as published."""
        with self._database.reading() as session:
            return list(session.execute(select(outbox.c.published_at).order_by(outbox.c.id)).scalars())

    def sent(self) -> int:
        """How many events of the registry the bus holds."""
        (count,) = self._bus.execute("SELECT count(*) FROM log WHERE topic = 'talent.registry.v1'").fetchone()
        return int(count)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


@pytest.fixture
def bus(bureau: Bureau) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(bureau.production.folder / "bus.db", isolation_level=None, timeout=30)) as bus:
        yield bus


@pytest.fixture
def relayed(bureau: Bureau, bus: sqlite3.Connection) -> Iterator[Relayed]:
    relayed = Relayed(bureau.production, bus)
    yield relayed
    relayed.close()


def test_a_relay_that_was_paused_for_longer_than_its_lease_marks_nothing(
    bureau: Bureau, bus: sqlite3.Connection, relayed: Relayed
) -> None:
    """It is stopped between reading its rows and publishing them; another one takes over meanwhile."""
    production, before = bureau.production, bureau.value()
    held = relayed.lease()
    bus.execute("BEGIN IMMEDIATE")  # whoever publishes now waits
    bureau.register(200)
    assert eventually(relayed.lease, lambda lease: lease != held) != held
    assert eventually(relayed.is_still, bool)
    fence, _ = relayed.lease()
    assert stopped_now(production.processes["registry-relay"].pid)
    assert not all(relayed.marks())
    bus.execute("ROLLBACK")
    paused = production.processes.pop("registry-relay")
    production.start("registry-relay")
    assert eventually(relayed.lease, lambda lease: lease[0] > fence)[0] == fence + 1
    marked = eventually(relayed.marks, all)
    assert all(marked)
    sent = relayed.sent()
    paused.send_signal(signal.SIGCONT)
    assert eventually(relayed.sent, lambda found: found > sent) == sent + 1  # it went on where it was
    paused.terminate()
    assert paused.wait(TIMEOUT) == 0
    assert relayed.marks() == marked
    assert relayed.lease()[0] == fence + 1
    assert eventually(bureau.value, lambda value: value > before) == before + 1


def _refused(alone: Production, name: str) -> str:
    """What a process says that ends at once."""
    refused = alone.run(name)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False), refused.stderr
    return refused.stderr


def test_production_refuses_the_keys_of_a_demo(alone: Production) -> None:
    generate_keys(alone.keys, demo=True)
    for name in ("registry", "notify-send"):
        assert "the keys of a demo, which production refuses" in _refused(alone, name)


def test_production_does_not_start_without_keys(alone: Production) -> None:
    assert "make them with `talent keys" in _refused(alone, "registry")


@pytest.mark.parametrize(("name", "part"), [("quota-relay", "quota/key.json"), ("quota-consume", "public/keys.json")])
def test_production_refuses_keys_of_events_that_are_unfit(alone: Production, name: str, part: str) -> None:
    """Open to everybody, a demo's, damaged, missing: whoever signs, and whoever reads what others signed."""
    alone.prepare("keys")
    path = alone.keys / "events" / part
    sound = path.read_text()
    path.chmod(0o666)
    assert "by everybody on this machine: chmod o=" in _refused(alone, name)
    path.chmod(0o600)
    for spoilt, reason in ((sound.replace('"demo": false', '"demo": true'), "the keys of a demo"), ("[]", "no key")):
        path.write_text(spoilt)
        assert reason in _refused(alone, name)
    path.unlink()
    assert "no keys for events that this process may read" in _refused(alone, name)


def test_production_refuses_the_clients_of_a_demo(alone: Production) -> None:
    demo = {"TALENT_ENVIRONMENT": "demo", "TALENT_KEYS": str(alone.folder / "demo")}
    for path, of_a_demo in ((Path(demo["TALENT_KEYS"]), True), (alone.keys, False)):
        generate_keys(path, demo=of_a_demo)
    alone.extra = demo
    alone.start("registry")
    alone.signal_to(signal.SIGTERM)
    assert alone.ended() == {"registry": 0}
    alone.extra = {}
    refused = alone.run("registry")
    assert refused.returncode == os.EX_CONFIG
    assert "the clients of a demo, which production refuses" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_keys_that_are_there_stay_as_they_are(alone: Production) -> None:
    assert alone.run("keys").returncode == 0
    made = {path: path.read_bytes() for path in alone.keys.rglob("*.json")}
    assert len(made) == sum(map(len, DUTIES.values())) + 1 + 4  # rings of the services, of signing; keys of events
    assert alone.run("keys").returncode == 0
    assert {path: path.read_bytes() for path in alone.keys.rglob("*.json")} == made
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
