"""What tests share: a data folder, keys, databases. Each test has its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from shared.config import Settings, settings
from shared.db import Database
from shared.plumbing import plumbing
from shared.vault import Vault, generate_keys, vault
from tests.needs import need
from tests.servers import kafka


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a demo environment in a folder of its own."""
    monkeypatch.setenv("TALENT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TALENT_ENVIRONMENT", "demo")
    forget()
    generate_keys(settings().keys_path, demo=True)
    yield settings()
    forget()


def forget() -> None:
    """Let the next question about settings and keys be answered anew."""
    settings.cache_clear()
    vault.cache_clear()


@pytest.fixture(name="vault")
def fresh_vault(chosen: Settings) -> Vault:
    """Fresh keys."""
    return vault()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with the tables every service has, and nothing else."""
    with_tables = make_database(tmp_path)
    yield with_tables
    with_tables.close()


def make_database(folder: Path, *metadata: MetaData) -> Database:
    """A fresh database with the kernel's tables and these."""
    made = Database(f"sqlite:///{folder / 'test.db'}")
    for each in (plumbing, *metadata):
        each.create_all(made.engine)
    return made


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka.Broker]:
    """Our own Kafka broker for the whole run; whoever stops it starts it again."""
    need("Apache Kafka", kafka.available(), kafka.HOW)
    broker = kafka.Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest) -> str:
    """A Kafka broker for tests that let it run: the one that TALENT_TEST_KAFKA names, or our own."""
    return kafka.named() or str(request.getfixturevalue("kafka_broker").url)
