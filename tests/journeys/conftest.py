from collections.abc import Iterator

import pytest

from tests.city import City


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with an empty data folder; each journey has programmes of its own."""
    city = City(tmp_path_factory.mktemp("city") / "data")
    city.start()
    yield city
    city.stop()
