"""What several tests of the kernel have."""

from collections.abc import Iterator

import pytest

from tests.chain import Chain
from tests.conftest import Migrated


@pytest.fixture
def chain(migrated: Migrated) -> Iterator[Chain]:
    """Registry, quota and notify over one bus, with a small pack in force."""
    made = Chain(migrated)
    made.go()
    yield made
    made.close()
