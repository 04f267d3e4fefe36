"""What the tests of quota share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.quota.tables import Table
from shared.db import Database
from tests.conftest import make_database
from tests.quota.given import apply


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """Quota's database before any policy."""
    database = make_database(tmp_path, Table.metadata)
    yield database
    database.close()


@pytest.fixture
def city(empty: Database) -> Database:
    """Quota's database with the policy of Nanchang in force, and nobody registered."""
    apply(empty)
    return empty
