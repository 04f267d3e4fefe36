import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.city import City
from tests.servers import kafka


@pytest.fixture(scope="module", params=["embedded", "kafka"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with an empty data folder and a fresh bus; each journey has programmes of its own."""
    environment = {}
    if request.param == "kafka":
        environment["TALENT_BUS_URL"] = request.getfixturevalue("kafka_url")
        kafka.wipe(environment["TALENT_BUS_URL"])
    city = City(tmp_path_factory.mktemp("city") / "data", **environment)
    city.start()
    yield city
    city.stop()
    assert_everything_was_let_go(city)


def assert_everything_was_let_go(city: City) -> None:
    """A city that was stopped, not killed, leaves no relay lease that the next one must wait for."""
    assert "Traceback" not in city.log()
    assert "Fatal" not in city.log()
    for name in ("registry", "quota", "notify"):
        with closing(sqlite3.connect(city.folder / f"{name}.db")) as database:
            assert database.execute("SELECT expires_ms FROM relay_lease").fetchall() == [(0,)]
