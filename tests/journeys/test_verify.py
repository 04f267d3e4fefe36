"""`talent verify` over the running services: what a restored backup lost comes back, counted once, told to nobody."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.city import City
from tests.fixtures import organisation

PROGRAMME, PERIOD = "skill-master-studios", "2018"
MILESTONES = [("milestone_reached", percent) for percent in (25, 50, 75, 90, 100)]
REASON = "quota.db 由昨日备份恢复"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    city = City(tmp_path / "data")
    city.start()
    yield city
    city.stop()


def report(city: City, *options: str) -> tuple[int, dict[str, Any]]:
    status, said = city.talent("verify", "--json", *options)
    return status, json.loads(said)


def differing(found: dict[str, Any]) -> dict[str, int]:
    numbers = {name: found["registrations"][name] for name in ("missing", "older", "different", "newer", "surplus")}
    return {name: number for name, number in numbers.items() if number}


def copy(file: Path, to: Path) -> None:
    """A database as it stands, whole, with what its log still holds; nothing of the log of before is left beside it."""
    for rest in ("", "-wal", "-shm"):
        to.with_name(to.name + rest).unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def alerts_after(city: City, fence: str) -> list[tuple[str, int]]:
    """Every alert there is once one that was caused later, in another programme, has arrived."""
    city.recognise(city.register(*(organisation(100 + n, fence) for n in range(2))), notice=True)
    city.alerts(fence, 1)
    return sorted(city.alerts(PROGRAMME, 1))


def change(file: Path, statement: str) -> None:
    """Change a service's database behind its back."""
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount


def test_a_backup_of_yesterday_is_brought_up_to_date(city: City) -> None:
    """Three studios are in the backup; two more, and a revocation, came after it."""
    quota, backup = city.folder / "quota.db", city.folder / "quota.backup"
    ids = city.register(*(organisation(n, PROGRAMME) for n in range(6)))
    city.recognise(ids[:3], notice=True)
    city.value(PROGRAMME, 3, PERIOD)
    status, found = report(city)
    assert (status, found["in_order"], found["registrations"]["told"]) == (0, True, 6)

    city.stop()
    copy(quota, backup)
    city.start()
    city.recognise(ids[3:5], notice=True)
    city.value(PROGRAMME, 5, PERIOD)
    city.revoke(ids[:1])
    city.value(PROGRAMME, 4, PERIOD)
    city.recognise(ids[5:], notice=True)
    lived = city.value(PROGRAMME, 5, PERIOD)
    alerts = sorted(city.alerts(PROGRAMME, 9))
    assert len(alerts) == 9

    city.stop()
    copy(backup, quota)
    city.start()
    assert city.progress(PROGRAMME, PERIOD)["value"] == 3
    status, found = report(city)
    assert (status, found["in_order"], differing(found)) == (1, False, {"older": 4})
    assert found["figures"]["in_order"] is True
    assert "--repair" in found["next"][0]["en"]

    status, said = city.talent("verify", "--repair", "--reason", REASON)
    assert (status, "全部一致 · Everything agrees" in said) == (0, True), said
    row = city.value(PROGRAMME, 5, PERIOD)
    same = ("value", "gross", "revoked", "net", "in_stock", "completion_percent", "status")
    assert {name: row[name] for name in same} == {name: lived[name] for name in same}
    assert {m["percent"] for m in row["milestones"] if m["state"] == "reached"} == {25, 50, 75, 90, 100}
    assert alerts_after(city, "skill-training-bases") == alerts


def test_every_kind_of_difference_is_named_and_what_can_be_is_put_right(city: City) -> None:
    """Lost, wrongly stored, and off the ledger are put right; what the registry itself lost is left to a person."""
    ids = city.register(*(organisation(n, PROGRAMME) for n in range(5)))
    city.recognise(ids, notice=True)
    city.value(PROGRAMME, 5, PERIOD)
    city.alerts(PROGRAMME, 5)
    hexes = [each.replace("-", "") for each in ids]
    city.stop()
    quota, registry = city.folder / "quota.db", city.folder / "registry.db"
    change(quota, f"DELETE FROM registration_seen WHERE registration_id = '{hexes[0]}'")
    change(quota, f"UPDATE registration_seen SET counted_on = '2018-12-01' WHERE registration_id = '{hexes[1]}'")
    change(quota, f"UPDATE registration_seen SET version = version + 1 WHERE registration_id = '{hexes[2]}'")
    change(quota, "UPDATE headcount SET net = net + 7")
    change(registry, f"DELETE FROM step WHERE registration_id = '{hexes[3]}'")
    city.start()

    assert "--reason" in city.talent("verify", "--repair")[1]
    assert "您的角色无权办理此事" in city.talent("verify", "--as", "bureau", "--repair", "--reason", REASON)[1]
    status, found = report(city)
    assert (status, differing(found)) == (1, {"missing": 1, "different": 1, "newer": 1, "surplus": 1})
    assert found["figures"]["adrift"]["memberships"] == 2
    assert found["figures"]["adrift"]["counters"] > 0
    assert {each["registration_id"]: each["verdict"] for each in found["registrations"]["differences"]} == dict(
        zip(ids, ("missing", "different", "newer", "surplus"), strict=False)
    )
    keys = {"registration_id", "verdict", "told", "counted"}
    assert all(each.keys() == keys for each in found["registrations"]["differences"])

    status, repaired = report(city, "--repair", "--reason", REASON)
    assert (status, differing(repaired)) == (1, {"newer": 1, "surplus": 1})
    assert repaired["figures"]["in_order"] is True
    assert "backup" in repaired["next"][0]["en"]
    assert city.progress(PROGRAMME, PERIOD)["value"] == 5
    adjusted = city.client("auditor", "quota").get("/v1/adjustments", params={"limit": 200}).json()["items"]
    assert {(each["by"], each["reason"]) for each in adjusted} == {(city.credentials("operator")["client_id"], REASON)}
    assert alerts_after(city, "skill-training-bases") == sorted(MILESTONES)
