from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import select

from shared.db import Database
from shared.service_tables import relay_lease
from tests.city import City
from tests.databases import PostgresDatabases
from tests.servers import kafka

SERVICES = ("registry", "quota", "notify")


@pytest.fixture(scope="module", params=["embedded", "kafka-postgres"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with empty databases and a fresh bus, on one machine's files and on servers; journeys share it."""
    folder = tmp_path_factory.mktemp("city") / "data"
    urls = {name: f"sqlite:///{folder / name}.db" for name in SERVICES}
    temporary = folder.parent / "temporary"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary), "TALENT_LOG_LEVEL": "debug"}
    if request.param == "kafka-postgres":
        environment["TALENT_BUS_URL"] = request.getfixturevalue("kafka_url")
        kafka.wipe(environment["TALENT_BUS_URL"])
        postgres: PostgresDatabases = request.getfixturevalue("postgres_databases")
        urls = {name: postgres.like("empty", lambda database: None) for name in SERVICES}
        environment |= {f"TALENT_{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
    city = City(folder, **environment)
    city.start()
    yield city
    city.stop()
    assert_everything_was_let_go(city, urls.values())


def assert_everything_was_let_go(city: City, urls: Iterable[str]) -> None:
    """A city that was stopped, not killed, ends quietly and leaves no lease that the next relay must wait for."""
    assert "Traceback" not in city.log()
    assert "Fatal" not in city.log()
    for url in urls:
        database = Database(url)
        with database.reading() as session:
            assert set(session.execute(select(relay_lease.c.expires_ms)).scalars()) <= {0}
        database.close()
