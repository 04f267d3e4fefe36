"""What tests share: a data folder, keys, databases. Each test has its own."""

import gc
import inspect
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from sqlalchemy import URL, MetaData

from shared.config import Settings, settings
from shared.db import Database
from shared.migrations import migrate
from shared.service_tables import SERVICE_TABLES
from shared.vault import Vault, generate_keys, vault
from tests import described, engines, warm
from tests.city import TIMEOUT
from tests.databases import Databases, Fill, PostgresDatabases, SQLiteDatabases, own_server
from tests.in_clear import heard, listen, refuse_in
from tests.needs import in_lines, need, pytest_make_collect_report, pytest_runtest_makereport
from tests.releases.documents import documents
from tests.servers import kafka

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]  # hooks: where all is required, a skip fails


MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 5 * 2**30  # bytes; twice what a whole run was seen to need

LONG = ("tests/upgrade/", "tests/faults/", "tests/journeys/", "tests/deploy/", "tests/recipes/")  # files of minutes


class Migrated(Protocol):
    """Gives a service in this process a fresh database, migrated or filled otherwise; the settings that name it."""

    def __call__(self, service: str, fill: Fill | None = None) -> Settings: ...


class NewDatabase(Protocol):
    """Makes a fresh database with the kernel's tables and these; `filled` puts the same into each."""

    def __call__(self, *metadata: MetaData, filled: Callable[[Database], object] = ...) -> Database: ...


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some wait, as tests of faults do for a lease to run out or a server to end."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Let processes be copies of one, and statements and documents be made once; keep folders in memory if it has room.

    Copying a database then takes a quarter of the time. What was compiled is kept, in trees that tests make too.
    """
    warm.copying = True
    engines.share()
    described.share()
    listen()
    gc.disable()  # until all is collected: importing leaves next to no garbage
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    # Five seconds are few on a busy machine: an answer is waited for as long as anything else that must come.
    unless_said_otherwise = inspect.signature(httpx.get).parameters["timeout"].default
    for each in ("connect", "read", "write", "pool"):
        setattr(unless_said_otherwise, each, TIMEOUT)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Nothing planted may have been logged, measured, asked for or answered in a refusal."""
    heard.refuse()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: a worker that came to one at the end would be at it while the others are done."""
    items.sort(key=lambda item: next((n for n, each in enumerate(LONG) if item.nodeid.startswith(each)), len(LONG)))


def pytest_collection_finish() -> None:
    """What is loaded stays to the end: the collector need not look through it again and again."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a line each what this machine could not run, and how to get it."""
    for line in in_lines(report.longrepr[2] for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A demo environment in a folder of its own, with keys; who needs no settings spares reading them."""
    monkeypatch.setenv("TALENT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TALENT_ENVIRONMENT", "demo")
    forget()
    generate_keys(tmp_path / "keys", demo=True)
    yield tmp_path
    forget()
    refuse_in(tmp_path.rglob("*"))


@pytest.fixture
def chosen(own_folder: Path) -> Settings:
    """The settings of that environment."""
    return settings()


def forget() -> None:
    """Let the next question about settings and keys be answered anew."""
    settings.cache_clear()
    vault.cache_clear()


@pytest.fixture(name="vault")
def fresh_vault(chosen: Settings) -> Vault:
    """Fresh keys."""
    return vault("registry")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The PostgreSQL that tests talk to, as its superuser reaches it."""
    with own_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: URL) -> Iterator[PostgresDatabases]:
    """Databases on PostgreSQL."""
    made = PostgresDatabases(postgres_server, looked_through=True)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteDatabases]:
    """Databases on SQLite."""
    made = SQLiteDatabases(tmp_path_factory.mktemp("sqlite"))
    yield made
    made.close()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases of each kind: whatever uses one is tested on both."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture(scope="session")
def documents_now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """OpenAPI of each service and AsyncAPI, as they are now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALENT_DATA_DIR", str(tmp_path_factory.mktemp("documents")))
        patch.setenv("TALENT_ENVIRONMENT", "demo")
        settings.cache_clear()
        generate_keys(settings().keys_path, demo=True)
        found = documents()
    settings.cache_clear()
    return found


@pytest.fixture
def new_database(databases: Databases) -> Iterator[NewDatabase]:
    """Makes fresh databases with the kernel's tables and those of the metadata given."""
    made: list[Database] = []

    def new(*metadata: MetaData, filled: Callable[[Database], object] = lambda _: None) -> Database:
        def fill(database: Database) -> None:
            for each in (SERVICE_TABLES, *metadata):
                each.create_all(database.engine)
            filled(database)

        tables = sorted(table for each in metadata for table in each.tables)
        name = sha256(repr((tables, filled.__module__, filled.__qualname__)).encode()).hexdigest()[:16]
        made.append(Database(databases.like(name, fill)))
        return made[-1]

    yield new
    for database in made:
        database.close()
        databases.drop(database.url)


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    """A database with the tables every service has, and nothing else."""
    return new_database()


@pytest.fixture
def migrated(databases: Databases, own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Migrated]:
    """Gives services in this process a database each."""
    made: list[str] = []

    def use(service: str, fill: Fill | None = None) -> Settings:
        template = f"{service}-filled" if fill else service
        made.append(databases.like(template, fill or (lambda database: migrate(service, database.engine))))
        monkeypatch.setenv(f"TALENT_{service.upper()}_DATABASE_URL", made[-1])
        forget()
        return settings()

    yield use
    for url in made:
        databases.drop(url)


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka.Broker]:
    """Our own Kafka broker for the whole run; whoever stops it starts it again."""
    need("Apache Kafka", kafka.available(), kafka.HOW)
    broker = kafka.Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    kafka.refuse_in_topics(broker.url)
    broker.stop()


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest) -> str:
    """A Kafka broker for tests that let it run: the one that TALENT_TEST_KAFKA names, or our own."""
    return kafka.named() or str(request.getfixturevalue("kafka_broker").url)
