"""How what was told and what is counted compare, and how long is waited for what is under way."""

from datetime import date
from typing import Any

import pytest

from shared.cli import verification
from shared.cli.comparing import compared
from shared.contracts.facts import Fact, Verdict, verdict
from tests.quota.given import event, ref


def fact(name: object = 1, version: int = 2, **announced: Any) -> Fact:
    return Fact.of(event(name=name, version=version, **announced))


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (None, Verdict.MISSING),
        (fact(version=1), Verdict.OLDER),
        (fact(version=3), Verdict.NEWER),
        (fact(), None),
        (fact(classes={"field": None}), None),
        (fact(state="revoked"), Verdict.DIFFERENT),
        (fact(reporting_unit="xihu"), Verdict.DIFFERENT),
        (fact(counted_on=date(2019, 3, 2)), Verdict.DIFFERENT),
        (fact(counted_on=None), Verdict.DIFFERENT),
        (fact(ended_on=date(2019, 3, 2)), Verdict.DIFFERENT),
        (fact(classes={"field": "medicine"}), Verdict.DIFFERENT),
        (fact(programme="youth-intake"), Verdict.DIFFERENT),
        (fact(subject_ref=ref("another")), Verdict.DIFFERENT),
    ],
)
def test_a_verdict_on_one_registration(counted: Fact | None, expected: Verdict | None) -> None:
    assert verdict(fact(), counted) == expected


def test_what_counts_nowhere_yet_may_have_been_amended() -> None:
    """A returned registration is amended without being told; only its state and version matter."""
    returned = fact(state="returned", counted_on=None)
    assert verdict(fact(state="returned", counted_on=None, reporting_unit="xihu"), returned) is None
    assert verdict(fact(state="submitted", counted_on=None), returned) == Verdict.DIFFERENT


def test_what_only_quota_has_is_surplus() -> None:
    assert verdict(None, fact()) == Verdict.SURPLUS


def test_two_lists_side_by_side() -> None:
    """Whatever is in the one, the other or both, each registration is compared once."""
    every = sorted((fact(n) for n in range(20)), key=lambda each: each.registration_id)
    announced = [each for n, each in enumerate(every) if n % 3]
    counted = [each for n, each in enumerate(every) if n % 5]
    found = compared(iter(announced), iter(counted))
    assert (found.announced, found.counted) == (len(announced), len(counted))
    assert [(each.registration_id, each.verdict) for each in found.differences] == [
        (each.registration_id, Verdict.MISSING if n % 3 else Verdict.SURPLUS)
        for n, each in enumerate(every)
        if bool(n % 3) != bool(n % 5)
    ]
    assert compared(iter(every), iter(every)).differences == []


@pytest.mark.parametrize(
    ("looks", "left", "looked"),
    [
        ([[]], [], 0),
        ([[1, 2], [1], []], [], 2),
        ([[1], [1]], [1], 3),
        ([[3, 2, 1], [3, 2], [3]], [3], 5),
    ],
)
def test_waiting_ends_when_nothing_is_left_or_nothing_moves(
    monkeypatch: pytest.MonkeyPatch, looks: list[list[int]], left: list[int], looked: int
) -> None:
    monkeypatch.setattr(verification, "PAUSE", 0.0)
    seen: list[list[int]] = []

    def look(before: list[int]) -> list[int]:
        seen.append(before)
        return looks[min(len(seen), len(looks) - 1)]

    assert (verification.settled(looks[0], look), len(seen)) == (left, looked)
