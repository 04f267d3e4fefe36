"""deploy/postgres/roles.sql: each service has its own database, and the role that serves may change rows only."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.backups.postgres_dumps import PostgresDatabase, dump
from shared.db import Database
from shared.db_errors import describe
from shared.migrations import migrate, upgrade
from shared.service_tables import SERVICE_TABLES
from shared.vault import generate_keys
from tests import warm
from tests.city import TIMEOUT, eventually
from tests.filling import fill
from tests.needs import need
from tests.process import running
from tests.servers.postgres import HOW, Postgres, binaries

ROLES = Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql"
SERVICES = ["registry", "quota", "notify"]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server of its own: roles belong to a whole server."""
    installed = binaries()
    need("PostgreSQL", installed, HOW)
    assert installed
    server = Postgres(installed)
    server.start()
    make_roles(server, installed)
    make_roles(server, installed)  # a second time changes nothing
    yield server
    server.close()


def make_roles(server: Postgres, installed: Path) -> None:
    """Run roles.sql."""
    passwords = {f"TALENT_{name.upper()}_{kind}_PASSWORD": f"'{kind} of {name}'" for name in SERVICES
                 for kind in ("OWNER", "APP")}  # fmt: skip
    reached = server.url.render_as_string(False)
    command: list[str | Path] = [installed / "psql", "-X", "-q", "-d", reached, "-f", ROLES]
    ran = subprocess.run(command, env=os.environ | passwords, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def url(server: Postgres, service: str, kind: str, database: str | None = None) -> str:
    """How a role of a service reaches a database, its own unless said otherwise."""
    named = server.url.set(
        username=f"talent_{service}_{kind}",
        password=f"'{kind.upper()} of {service}'",
        database=f"talent_{database or service}",
    )
    return named.render_as_string(hide_password=False)


@pytest.mark.parametrize("name", SERVICES)
def test_the_role_that_serves_reads_and_writes_rows_and_no_more(server: Postgres, name: str) -> None:
    owner, app = Database(url(server, name, "owner")), Database(url(server, name, "app"))
    migrate(name, owner.engine)
    with app.writing() as session:
        fill(session, SERVICE_TABLES, import_module(f"services.{name}.main").service.metadata)
    with app.writing() as session:
        session.execute(text("UPDATE outbox SET key = 'y'"))
        session.execute(text("DELETE FROM outbox"))
    for forbidden in ("CREATE TABLE t (i int)", "DROP TABLE outbox", "ALTER TABLE outbox ADD x int", "TRUNCATE inbox"):
        with pytest.raises(DBAPIError) as refused, app.writing() as session:
            session.execute(text(forbidden))
        assert describe(refused.value) == "the database denies this role a permission it needs"
    owner.close()
    app.close()


@pytest.mark.parametrize(
    ("name", "table"), [("registry", "audit"), ("quota", "audit"), ("notify", "audit"), ("quota", "ledger")]
)
def test_the_role_that_serves_only_adds_to_audit_trail_and_ledger(server: Postgres, name: str, table: str) -> None:
    """Also when roles.sql, which gives rights, runs once more on tables that are there."""
    installed = binaries()
    assert installed
    owner, app = Database(url(server, name, "owner")), Database(url(server, name, "app"))
    migrate(name, owner.engine)
    for _ in range(2):
        with app.reading() as session:
            session.execute(text(f"SELECT * FROM {table}"))
        for forbidden in (f"UPDATE {table} SET version = 1" if table == "audit" else f"UPDATE {table} SET net = 0",
                          f"DELETE FROM {table}", f"TRUNCATE {table}"):  # fmt: skip
            with pytest.raises(DBAPIError) as refused, app.writing() as session:
                session.execute(text(forbidden))
            assert describe(refused.value) == "the database denies this role a permission it needs"
        make_roles(server, installed)
    owner.close()
    app.close()


@pytest.mark.parametrize("kind", ["owner", "app"])
def test_a_service_does_not_reach_the_database_of_another(server: Postgres, kind: str) -> None:
    stranger = Database(url(server, "quota", kind, database="registry"))
    with pytest.raises(DBAPIError, match="permission denied for database"):
        stranger.answers()
    stranger.close()


def test_in_production_it_waits_for_migrate_and_then_serves(server: Postgres, tmp_path: Path) -> None:
    generate_keys(tmp_path / "keys", demo=False)
    with running(
        "notify",
        tmp_path,
        TALENT_ENVIRONMENT="production",
        TALENT_NOTIFY_DATABASE_URL=url(server, "notify", "app", database="fresh"),
    ) as notify:
        eventually(notify.said, lambda said: "out of reach" in said)
        assert 'database "talent_fresh" does not exist' in notify.said()
        assert (notify.status("/livez"), notify.status("/readyz")) == (200, 503)
        _make_fresh(server)
        eventually(notify.said, lambda said: "migrate" in said)
        assert "the schema is empty, not 00" in notify.said()
        assert "run python -m services.notify migrate" in notify.said()
        assert notify.status("/readyz") == 503
        owner = {"TALENT_NOTIFY_DATABASE_URL": url(server, "notify", "owner", database="fresh")}
        environment = os.environ | owner | {"TALENT_DATA_DIR": str(tmp_path)}
        migrating = warm.start([sys.executable, "-m", "services.notify", "migrate"], env=environment)
        assert migrating.wait(TIMEOUT) == 0
        assert eventually(notify.is_fit, bool)
        assert "of notify" not in notify.said()


def _make_fresh(server: Postgres) -> None:
    """Another database for notify, with the rights that roles.sql gives."""
    admin = Database(server.url.render_as_string(False))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE talent_fresh OWNER talent_notify_owner"))
    admin.close()
    fresh = Database(server.url.set(database="talent_fresh").render_as_string(False))
    with fresh.writing() as session:
        session.execute(text("ALTER SCHEMA public OWNER TO talent_notify_owner"))
        session.execute(
            text(
                "ALTER DEFAULT PRIVILEGES FOR ROLE talent_notify_owner IN SCHEMA public "
                "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO talent_notify_app"
            )
        )
    fresh.close()


def test_a_restored_database_gives_each_role_what_it_had(server: Postgres, tmp_path: Path) -> None:
    owner = Database(url(server, "registry", "owner"))
    migrate("registry", owner.engine)
    owner.close()
    dump({url(server, "registry", "app"): tmp_path / "registry.dump"})
    PostgresDatabase(url(server, "registry", "owner")).restore(tmp_path / "registry.dump")
    owner, app = Database(url(server, "registry", "owner")), Database(url(server, "registry", "app"))
    upgrade("registry", owner.engine)
    with app.writing() as session:
        session.execute(text("UPDATE outbox SET key = 'z'"))
    with pytest.raises(DBAPIError), app.writing() as session:
        session.execute(text("UPDATE audit SET action = 'x'"))
    with pytest.raises(DBAPIError), app.writing() as session:
        session.execute(text("DROP TABLE outbox"))
    owner.close()
    app.close()
