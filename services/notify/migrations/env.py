"""Alembic's entry: the tables of notify and those of the kernel."""

from services.notify.main import service
from shared.migrations import run_migrations

run_migrations(service.metadata)
