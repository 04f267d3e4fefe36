"""What one officer requested stands while the index key is rotated; and what changed meanwhile is seen as before."""

import pytest

from tests.registry.conftest import Registry
from tests.registry.rotating import Rotation, rotation
from tests.registry.subjects import person
from tests.registry.transitions.test_w04_approvals import CHANGES, REVOKED, A

__all__ = ["rotation"]


def requested(registry: Registry, n: int) -> str:
    registration = str(registry.post(A, "/v1/registrations", person(n)).json()["id"])
    assert registry.act("bureau", registration, "revoke", **REVOKED).status_code == 202
    return registration


def completed(registry: Registry, registration: str) -> bool:
    answer = registry.act("bureau-2", registration, "revoke", **REVOKED)
    return bool(answer.status_code == 200 and answer.json()["state"] == "revoked")


def test_an_approval_under_way_stands_through_a_rotation(registry: Registry, rotation: Rotation) -> None:
    begun = [requested(registry, n) for n in range(5)]
    alone = rotation.file
    both = rotation.began()
    begun.append(requested(registry, 5))
    with rotation.as_read(alone):
        assert completed(registry, begun[5])
    assert completed(registry, begun[0])
    rotation.filed()
    begun.append(requested(registry, 6))
    with rotation.as_read(both):
        assert [completed(registry, begun[1]), completed(registry, begun[6])] == [True, True]
    begun.append(requested(registry, 7))
    rotation.taken_away()
    assert [completed(registry, begun[2]), completed(registry, begun[7])] == [True, True]
    assert not completed(registry, begun[0])
    rotation.began()
    rotation.done()
    shown = registry.get("bureau", f"/v1/registrations/{begun[3]}").json()
    assert (shown["awaiting"], shown["approval"]["changed"]) == ("second_officer", [])
    assert [completed(registry, each) for each in begun[3:5]] == [True, True]


@pytest.mark.parametrize("before", [True, False])
def test_what_changed_makes_it_void_whatever_the_key(registry: Registry, rotation: Rotation, before: bool) -> None:
    begun = requested(registry, 1)
    if before:
        CHANGES["person"](registry, begun)
    rotation.began()
    rotation.done()
    if not before:
        CHANGES["person"](registry, begun)
    answer = registry.act("bureau-2", begun, "revoke", **REVOKED)
    assert answer.status_code == 202
    assert [each["field"] for each in answer.json()["approval"]["instead_of"]["changed"]] == ["subject"]
