"""Sealing anew after a rotation, while the registry goes on."""

import pytest
from sqlalchemy import LargeBinary, func, select

from services.notify.main import service as notify
from services.quota.main import service as quota
from services.registry.main import service
from shared import key_rings
from shared.ciphers import Suite
from shared.key_rings import rotate
from shared.resealing import ANSWERS, SealedColumn, reseal
from shared.service import Service
from shared.vault import sealed_by
from tests.city import eventually
from tests.fixtures import person as one_of_many
from tests.registry.conftest import Registry, person

PEOPLE = 520  # more than one transaction takes


@pytest.mark.parametrize("one", [service, quota, notify], ids=lambda each: each.name)
def test_every_sealed_column_is_sealed_anew(one: Service) -> None:
    """Whatever holds bytes in a service's own tables is sealed."""
    held = {(table.name, column.name) for table in one.metadata.tables.values() for column in table.columns
            if isinstance(column.type, LargeBinary)}  # fmt: skip
    assert {(each.table.name, each.column) for each in one.sealed} == held


def sealed_by_others(registry: Registry, sealed: SealedColumn) -> int:
    begins = sealed_by(registry.context.vault.rings["sealing"].current[0])
    column = sealed.table.c[sealed.column]
    with registry.context.database.reading() as session:
        found = session.execute(select(func.substr(column, 1, len(begins))).where(column.is_not(None))).scalars()
        return sum(bytes(each) != begins for each in found)


def test_after_a_rotation_every_value_is_sealed_anew_and_reads_as_before(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the other suite, which asks more than into the same."""
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    first = registry.post("institution-a-clerk", "/v1/registrations", person(), **{"Idempotency-Key": "first"})
    assert first.status_code == 201, first.text
    items = [one_of_many(serial, "youth-intake") for serial in range(PEOPLE)]
    for items_at_once in (items[:260], items[260:]):
        answer = registry.post("institution-a-clerk", "/v1/registrations/batch", {"items": items_at_once})
        assert {each["status"] for each in answer.json()["items"]} == {201}
    before = [registry.get("bureau", "/v1/registrations?limit=200").json()]
    ring = registry.context.vault.rings["sealing"]
    name = rotate(ring.path, Suite.SM)
    assert eventually(lambda: ring.current[0], lambda current: current == name) == name
    waiting = {each: sealed_by_others(registry, each) for each in (*service.sealed, ANSWERS)}
    assert {each.column for each, count in waiting.items() if count > PEOPLE} == {"sealed", "sealed_number", "stated"}
    done = dict(reseal(registry.context.database, registry.context.vault, service.sealed))
    assert done == {f"{each.table.name}.{each.column}": count for each, count in waiting.items()}
    assert {sealed_by_others(registry, each) for each in (*service.sealed, ANSWERS)} == {0}
    assert [registry.get("bureau", "/v1/registrations?limit=200").json()] == before
    again = registry.post("institution-a-clerk", "/v1/registrations", person(), **{"Idempotency-Key": "first"})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert dict(reseal(registry.context.database, registry.context.vault, service.sealed)) == dict.fromkeys(done, 0)
