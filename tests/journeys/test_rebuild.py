"""`talent rebuild` over the running services: what quota lost comes from the registry alone, and nobody is alerted."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from services.quota.counting.models import HEADCOUNT, LEDGER, SEEN
from shared.db import Database
from tests.city import City
from tests.fixtures import organisation

PROGRAMME, PERIOD = "skill-master-studios", "2018"
MILESTONES = [("milestone_reached", percent) for percent in (25, 50, 75, 90, 100)]
REASON = "quota 库受损"


def report(city: City, *words: str) -> tuple[int, dict[str, Any]]:
    status, said = city.talent(*words, "--json")
    return status, json.loads(said)


def damage(city: City, ids: Sequence[str]) -> None:
    """Change quota's database behind its back: registrations, ledger and counters."""
    lost = [UUID(each) for each in ids]
    database = Database(city.database_url("quota"))
    with database.writing() as session:
        for statement in (
            delete(SEEN).where(SEEN.c.registration_id.in_(lost)),
            delete(LEDGER).where(LEDGER.c.registration_id.in_(lost)),
            update(HEADCOUNT).values(net=0),
        ):
            session.execute(statement)
    database.close()


@pytest.mark.parametrize("city", ["embedded"], indirect=True)
def test_what_quota_lost_is_rebuilt_from_the_registry_alone(city: City) -> None:
    """Shown first, and left as it is when the operator says no; swapped in, all is in order and no alert was raised."""
    ids = city.register(*(organisation(n, PROGRAMME) for n in range(5)))
    city.recognise(ids, notice=True)
    lived = city.value(PROGRAMME, 5, PERIOD)
    assert sorted(city.alerts(PROGRAMME, 5)) == sorted(MILESTONES)
    assert report(city, "rebuild", "--reason", REASON)[1]["comparison"]["in_order"] is True
    damage(city, ids[:3])
    assert city.progress(PROGRAMME, PERIOD)["value"] == 0

    status, shown = report(city, "rebuild", "--reason", REASON)
    assert (status, shown["comparison"]["registrations"]["missing"]) == (1, 3)
    status, said = city.talent("rebuild", "--reason", REASON, typed="n\n")
    assert (status, "Not swapped in" in said, city.progress(PROGRAMME, PERIOD)["value"]) == (1, True, 0), said
    status, said = city.talent("rebuild", "--reason", REASON, typed="y\n")
    assert (status, "talent verify" in said) == (0, True), said

    row = city.value(PROGRAMME, 5, PERIOD)
    same = ("value", "gross", "net", "in_stock", "completion_percent", "status", "milestones")
    assert {name: row[name] for name in same} == {name: lived[name] for name in same}
    status, found = report(city, "verify")
    assert (status, found["in_order"]) == (0, True), found
    fence = "skill-training-bases"
    city.recognise(city.register(*(organisation(100 + n, fence) for n in range(2))), notice=True)
    city.alerts(fence, 1)
    assert sorted(city.alerts(PROGRAMME, 1)) == sorted(MILESTONES)
