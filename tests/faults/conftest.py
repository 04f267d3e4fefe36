"""A city whose processes a test may kill, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import City
from tests.databases import on_postgres

LOG = 20_000  # characters


@pytest.fixture(params=["sqlite", "postgres"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    environment = {}
    if request.param == "postgres":
        environment = on_postgres(request.getfixturevalue("postgres_databases"), "registry", "quota", "notify")
    city = City(tmp_path / "data", **environment)
    city.start()
    yield city
    print(city.log()[-LOG:])  # shown where the test failed
    city.stop()
