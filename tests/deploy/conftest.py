from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.production import Production


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Production]:
    """A production on SQLite that nothing was prepared for."""
    production = Production(tmp_path / "data", lambda service, _: f"sqlite:///{tmp_path}/data/{service}.db")
    yield production
    production.stop()
