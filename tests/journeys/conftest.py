from collections.abc import Iterator

import pytest
from sqlalchemy import select

from shared.db import Database
from shared.plumbing import relay_lease
from tests.city import City
from tests.databases import on_postgres
from tests.servers import kafka

SERVICES = ("registry", "quota", "notify")


@pytest.fixture(scope="module", params=["embedded", "kafka"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with an empty data folder and a fresh bus; each journey has programmes of its own."""
    environment: dict[str, str] = {}
    if request.param == "kafka":
        environment["TALENT_BUS_URL"] = request.getfixturevalue("kafka_url")
        kafka.wipe(environment["TALENT_BUS_URL"])
        environment |= on_postgres(request.getfixturevalue("postgres_databases"), *SERVICES)
    city = City(tmp_path_factory.mktemp("city") / "data", **environment)
    city.start()
    yield city
    city.stop()
    assert_everything_was_let_go(city)


def assert_everything_was_let_go(city: City) -> None:
    """A city that was stopped, not killed, leaves no relay lease that the next one must wait for."""
    assert "Traceback" not in city.log()
    assert "Fatal" not in city.log()
    for name in SERVICES:
        database = Database(city.database_url(name))
        with database.reading() as session:
            assert session.execute(select(relay_lease.c.expires_ms)).scalars().all() == [0]
        database.close()
