"""The restore drill (恢复演练) over running services: back up while they serve, lose everything after it, and go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city import City
from tests.fixtures import organisation

PROGRAMME, PERIOD = "skill-master-studios", "2018"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    city = City(tmp_path / "data")
    city.start()
    yield city
    city.stop()


def test_a_city_goes_on_from_its_backup_with_every_count_exact(city: City, tmp_path: Path) -> None:
    ids = city.register(*(organisation(n, PROGRAMME) for n in range(6)))
    city.recognise(ids[:3], notice=True)
    city.value(PROGRAMME, 3, PERIOD)
    before = sorted(city.alerts(PROGRAMME, 2))
    status, said = city.talent("backup", str(tmp_path / "backups"))
    assert status == 0, said
    (backup,) = (tmp_path / "backups").iterdir()

    city.recognise(ids[3:5], notice=True)
    city.value(PROGRAMME, 5, PERIOD)
    status, said = city.talent("restore", "--replace", str(backup))
    assert (status, "停止全部服务" in said) == (1, True), said
    city.stop()
    assert city.talent("restore", str(backup))[0] == 1
    status, said = city.talent("restore", "--replace", str(backup))
    assert (status, "talent verify" in said) == (0, True), said
    city.start()

    assert city.talent("verify")[0] == 0
    assert city.value(PROGRAMME, 3, PERIOD)["value"] == 3
    assert sorted(city.alerts(PROGRAMME, 2)) == before
    city.recognise(ids[3:], notice=True)
    city.value(PROGRAMME, 6, PERIOD)
    assert city.talent("verify")[0] == 0
