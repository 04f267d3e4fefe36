from services.quota.main import service
from shared.migrations import run_migrations

run_migrations(service.metadata)
