"""Every migration of every service, there and back, over databases in use."""

import os
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, func, inspect, select, text

from shared.config import Settings
from shared.db import Database
from shared.migrations import NewerSchema, behind, config_of, migrate
from shared.service_tables import SERVICE_TABLES
from tests import warm
from tests.databases import Databases
from tests.filling import fill
from tests.releases.documents import TABLES, last_release, listed, released
from tests.releases.tables import table_breaks, tables

SERVICES = ["registry", "quota", "notify"]


def tables_of(name: str) -> MetaData:
    metadata: MetaData = import_module(f"services.{name}.main").service.metadata
    return metadata


@pytest.fixture(params=SERVICES)
def name(request: pytest.FixtureRequest) -> str:
    service: str = request.param
    return service


@pytest.fixture
def empty(databases: Databases) -> Iterator[Database]:
    database = Database(databases.like("empty", lambda _: None))
    yield database
    database.close()
    databases.drop(database.url)


@pytest.fixture
def filled(name: str, empty: Database) -> Database:
    migrate(name, empty.engine)
    with empty.writing() as session:
        fill(session, SERVICE_TABLES, tables_of(name))
    return empty


def rows(database: Database, metadata: MetaData) -> dict[str, int]:
    """How many rows each table has that is there."""
    there = set(inspect(database.engine).get_table_names())
    with database.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for each in (SERVICE_TABLES, metadata)
            for table in each.sorted_tables
            if table.name in there
        }


def test_the_newest_schema_is_that_of_the_models(name: str, empty: Database) -> None:
    migrate(name, empty.engine)
    command.check(config_of(name, empty.engine))
    assert behind(name, empty.engine) is None
    # Processes of the last release go on beside it: what it takes away or asks for is listed with what to do.
    before = released(last_release())[TABLES][name]
    assert {*table_breaks(name, before, tables(empty.engine))} == {
        line for line in listed(TABLES) if line.startswith(name)
    }


def test_every_migration_goes_there_and_back_over_a_filled_database(name: str, filled: Database) -> None:
    config = config_of(name, filled.engine)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert set(rows(filled, tables_of(name)).values()) == {1}
    for lower in [*revisions[1:], "base"]:
        command.downgrade(config, lower)
        assert behind(name, filled.engine)
        kept = rows(filled, tables_of(name))
        assert set(kept.values()) <= {1}
        command.upgrade(config, "+1")
        assert rows(filled, tables_of(name)) | kept == rows(filled, tables_of(name))
        command.downgrade(config, lower)
    assert rows(filled, tables_of(name)) == {}
    command.upgrade(config, "head")
    command.check(config)


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_two_processes_that_migrate_at_once_both_come_to_the_newest(
    name: str, chosen: Settings, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TALENT_{name.upper()}_DATABASE_URL", empty.url)
    both = [warm.start([sys.executable, "-m", f"services.{name}", "migrate"], env=os.environ) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    assert behind(name, empty.engine) is None


def test_a_schema_newer_than_the_program_is_said_so_and_left_alone(empty: Database) -> None:
    migrate("quota", empty.engine)
    with empty.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="the schema is 9999, newer than this program: install the newer version"):
        migrate("quota", empty.engine)
    assert str(behind("quota", empty.engine)).startswith("9999, not ")
