"""Migrations: Alembic per service, run by the service itself, the same scripts on SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from shared.plumbing import plumbing

SERVICES = Path(__file__).parent.parent / "services"


def config_of(name: str, engine: Engine) -> Config:
    """Alembic's configuration for one service; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES / name / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def migrate(name: str, engine: Engine) -> None:
    """Bring a service's database to the newest schema; does nothing when it is there already."""
    config = config_of(name, engine)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory.from_config(config).get_current_head():
        command.upgrade(config, "head")


def run_migrations(metadata: MetaData) -> None:
    """What each service's `migrations/env.py` calls."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=[metadata, plumbing],
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
