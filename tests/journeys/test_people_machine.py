"""People, documents, merging, parting, moving, revoking: quota counts what a plain model counts, on every day."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from services.quota.tables import QuotaTable
from services.registry.tables import RegistryTable
from shared.config import Settings
from shared.db import Database
from tests.conftest import NewDatabase
from tests.journeys.people_city import (
    fill_quota,
    fill_registry,
)
from tests.journeys.people_machine import PeopleMachine


@pytest.fixture
def machine(new_database: NewDatabase, chosen: Settings) -> type[PeopleMachine]:
    """The machine over fresh databases."""

    def databases() -> tuple[Database, Database]:
        return (
            new_database(RegistryTable.metadata, filled=fill_registry),
            new_database(QuotaTable.metadata, filled=fill_quota),
        )

    return type("PeopleMachine", (PeopleMachine,), {"databases": staticmethod(databases)})


SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking would take longer than a test may
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_quota_counts_people_as_the_plain_model_does(machine: type[PeopleMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(SETTINGS, max_examples=8, stateful_step_count=22))


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_on_postgresql_quota_counts_people_as_the_plain_model_does(machine: type[PeopleMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(SETTINGS, max_examples=3, stateful_step_count=16))
