"""Whoever signs in at an issuer is known by a blind index, and comes in at every stage of a rotation of its key."""

from tests.registry.accounts.test_accounts import issue
from tests.registry.accounts.test_issuer import SUBJECT, arrive, bound, issuer, running
from tests.registry.conftest import Registry
from tests.registry.rotating import Rotation, rotation
from tests.servers.issuer import TestIssuer

__all__ = ["issuer", "rotation", "running"]


def test_who_is_bound_comes_in_at_every_stage_and_is_nobody_elses(
    registry: Registry, issuer: TestIssuer, rotation: Rotation
) -> None:
    alone = rotation.file
    bound(registry)
    both = rotation.began()
    rings = [(alone, both)]
    for lead in (rotation.filed, rotation.taken_away):
        come_in(registry, rotation, rings[-1])
        rings.append((rings[-1][1], lead()))
    come_in(registry, rotation, rings[-1])
    slots = rotation.slots()
    assert (slots["account.subject_index"], slots["account.subject_index_b"]) == (0, 1)
    issuer.subject = "somebody else"
    assert arrive(registry).status_code == 401


def come_in(registry: Registry, rotation: Rotation, rings: tuple[object, ...]) -> None:
    for ring in rings:
        with rotation.as_read(ring):  # type: ignore[arg-type]
            assert arrive(registry).status_code == 200
            taken = issue(registry, "bureau", issuer_subject=SUBJECT, login="another")
            assert [each["code"] for each in taken.json()["errors"]] == ["subject_taken"]
