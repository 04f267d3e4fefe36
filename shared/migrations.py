"""Migrations: Alembic per service, run by the service itself, the same scripts on SQLite and PostgreSQL."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Engine, MetaData, func, select, text
from sqlmodel import AutoString

from shared.db import Database, Instant
from shared.service_tables import SERVICE_TABLES

MIGRATING = 0x6D696772617465  # names the lock
SERVING = text(  # who else than its owner may change rows of a table
    "SELECT DISTINCT r.grantee FROM information_schema.table_privileges r "
    "JOIN pg_tables t ON t.tablename = r.table_name AND t.schemaname = r.table_schema "
    "WHERE t.schemaname = current_schema() AND t.tablename = :name "
    "AND r.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') AND r.grantee NOT IN (t.tableowner, 'PUBLIC')"
)
SERVICES = Path(__file__).parent.parent / "services"


def config_of(name: str, engine: Engine) -> Config:
    """Alembic's configuration for one service; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES / name / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


class NewerSchema(Exception):
    """The schema is of a newer version than this program."""


def refuse_newer(name: str, engine: Engine) -> None:
    """Touch no schema that this program does not know. Raises NewerSchema."""
    if (found := revision_of(engine)) and not knows(name, found):
        raise NewerSchema(f"the schema is {found}, newer than this program: install the newer version again")


def migrate(name: str, engine: Engine) -> None:
    """Bring a service's database to the newest schema; does nothing when it is there already. Raises NewerSchema."""
    with _alone(engine):
        refuse_newer(name, engine)
        if behind(name, engine):
            command.upgrade(config_of(name, engine), "head")


def upgrade(name: str, engine: Engine) -> None:
    """Bring the schema to the newest, and set the rights on its tables anew even where it is that already."""
    with _alone(engine):
        command.upgrade(config_of(name, engine), "head")


def knows(name: str, revision: str) -> bool:
    """Whether the code has a revision of a service's schema; one of a newer version it has not."""
    scripts = ScriptDirectory(str(SERVICES / name / "migrations"))
    return revision in (script.revision for script in scripts.walk_revisions())


def revision_of(engine: Engine) -> str | None:
    """The revision of a database's schema; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def behind(name: str, engine: Engine) -> str | None:
    """What the schema is and what it should be, when they differ."""
    head = ScriptDirectory.from_config(config_of(name, engine)).get_current_head()
    current = revision_of(engine)
    return None if current == head else f"{current or 'empty'}, not {head}"


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Two processes that start together do not both migrate: the second finds it done."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(MIGRATING)))
        yield
        connection.execute(select(func.pg_advisory_unlock(MIGRATING)))


def _rendered(kind: str, item: object, _: object) -> str | Literal[False]:
    """Types as a reader of migrations knows them: SQLModel's string is a string, and ours are named."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, Instant):
        return "shared.db.Instant()"
    if kind == "type" and isinstance(item, JSON):
        return "shared.db.Json"
    return False


def run_migrations(metadata: MetaData) -> None:
    """What each service's `migrations/env.py` calls."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        _let_tables_be_remade(connection, remade=True)
        context.configure(
            connection=connection,
            target_metadata=[metadata, SERVICE_TABLES],
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            render_item=_rendered,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        for each in (metadata, SERVICE_TABLES):
            _keep_rows_as_written(connection, each)
        connection.commit()
        _let_tables_be_remade(connection, remade=False)


def _keep_rows_as_written(connection: Connection, metadata: MetaData) -> None:
    """Whoever serves may add rows to audit trail and ledger and read them, and do nothing else to them (只增不改).

    On PostgreSQL, where the owner of the tables is another role; roles.sql sees to the same when it runs again.
    """
    if connection.dialect.name != "postgresql":
        return
    for name in [table.name for table in metadata.tables.values() if table.info.get("only_added_to")]:
        for (role,) in connection.execute(SERVING, {"name": name}).all():
            quoted = connection.dialect.identifier_preparer.quote
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quoted(name)} FROM {quoted(role)}"))


def _let_tables_be_remade(connection: Connection, *, remade: bool) -> None:
    """SQLite changes a column by making its table anew, which foreign keys of others forbid while they are enforced."""
    if connection.dialect.name == "sqlite":
        connection.connection.execute(f"PRAGMA foreign_keys={'OFF' if remade else 'ON'}")


def main(act: str, name: str, message: str = "") -> None:
    """`check NAME` fails where tables and migrations differ; `draft NAME MESSAGE` writes the migration between them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/{name}.db")
        config = config_of(name, database.engine)
        command.upgrade(config, "head")
        if act == "draft":
            command.revision(config, message, autogenerate=True, rev_id=f"{len(_revisions(config)) + 1:04}")
        else:
            command.check(config)
        database.close()


def _revisions(config: Config) -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


if __name__ == "__main__":
    main(*sys.argv[1:])
