"""Milestones (节点): inclusive, every one crossed, told once, and only to those who do not know it yet."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.quota.counting.rules.milestones import Mark, MilestoneState, cross, crossed, heads_needed, holds, rebased

USUAL = (25, 50, 75, 90, 100)


@pytest.mark.parametrize(
    ("before", "after", "amount", "expected"),
    [
        (0, 1, 5, []),  # 20 %
        (1, 2, 5, [25]),
        (2, 3, 5, [50]),
        (3, 4, 5, [75]),
        (4, 5, 5, [90, 100]),
        (5, 6, 5, []),
        (5, 4, 5, [100, 90]),
        (0, 1000, 1000, [25, 50, 75, 90, 100]),
        (1000, 0, 1000, [100, 90, 75, 50, 25]),
        pytest.param(99_999, 100_000, 100_000, [100], id="C26"),
        (99_998, 99_999, 100_000, []),
        (0, 1, 1, [25, 50, 75, 90, 100]),
        (24, 25, 100, [25]),
        (0, 10, 0, []),
        (7, 7, 10, []),
    ],
)
def test_crossed(before: int, after: int, amount: int, expected: list[int]) -> None:
    """All in between, the exact one included, in the order they are passed."""
    assert crossed(before, after, amount, USUAL) == expected


@given(
    amount=st.integers(1, 10**6),
    percents=st.sets(st.integers(1, 1000), max_size=8),
    path=st.lists(st.integers(0, 10**6), min_size=2, max_size=6),
)
def test_a_jump_tells_what_the_steps_tell(amount: int, percents: set[int], path: list[int]) -> None:
    """In one go or bit by bit, the same milestones are crossed, and each head named is the first that reaches it."""
    rising = sorted(path)
    at_once = crossed(rising[0], rising[-1], amount, percents)
    bit_by_bit = [each for a, b in pairwise(rising) for each in crossed(a, b, amount, percents)]
    assert at_once == bit_by_bit
    for percent in percents:
        needed = heads_needed(amount, percent)
        assert holds(needed, amount, percent)
        assert not holds(needed - 1, amount, percent)


def deliver(mark: Mark, *loudness: bool) -> tuple[Mark, list[MilestoneState | None]]:
    said = []
    for loud in loudness:
        mark, announced = cross(mark, loud)
        said.append(announced)
    return mark, said


def test_f01_f02_reached_fallen_back_regained() -> None:
    """F01, F02: 曾达成，现回落, then 恢复达成, never a second 首次."""
    mark, said = deliver(Mark(), True, True, True, True, True)
    assert said == [
        MilestoneState.REACHED,
        MilestoneState.FALLEN_BACK,
        MilestoneState.REGAINED,
        MilestoneState.FALLEN_BACK,
        MilestoneState.REGAINED,
    ]
    assert mark == Mark(MilestoneState.REGAINED, MilestoneState.REGAINED, 3)


def test_what_was_never_announced_neither_falls_back_nor_recovers() -> None:
    """A milestone found held when the quota was defined is silent until it is crossed upwards for the first time."""
    found = rebased(100, 100, [100], announced=False)[100]
    mark, said = deliver(found, True, True, True)
    assert said == [None, MilestoneState.REACHED, MilestoneState.FALLEN_BACK]
    assert mark.state == MilestoneState.FALLEN_BACK


def test_what_a_revision_announced_as_held_can_fall_back() -> None:
    """调整目标 says which milestones hold under the new amount, so that losing one is news."""
    found = rebased(100, 110, USUAL, announced=True)
    assert [each for each, mark in found.items() if mark.holds] == [25, 50, 75, 90]
    assert found[100] == Mark()
    assert deliver(found[90], True, True)[1] == [MilestoneState.FALLEN_BACK, MilestoneState.REGAINED]
    assert deliver(found[100], True)[1] == [MilestoneState.REACHED]


@pytest.mark.parametrize(
    ("loudness", "said", "state"),
    [
        ((False,), [None], MilestoneState.REACHED),
        ((False, True), [None, None], MilestoneState.PENDING),
        ((True, False), [MilestoneState.REACHED, None], MilestoneState.FALLEN_BACK),
        ((True, False, True), [MilestoneState.REACHED, None, None], MilestoneState.REACHED),
        ((True, True, False), [MilestoneState.REACHED, MilestoneState.FALLEN_BACK, None], MilestoneState.REGAINED),
        (
            (True, True, False, True),
            [MilestoneState.REACHED, MilestoneState.FALLEN_BACK, None, None],
            MilestoneState.FALLEN_BACK,
        ),
    ],
)
def test_replayed_history_moves_states_and_tells_nothing(
    loudness: tuple[bool, ...], said: list[MilestoneState | None], state: MilestoneState
) -> None:
    """After a replay the reader hears only what contradicts the last thing said."""
    mark, heard = deliver(Mark(), *loudness)
    assert (heard, mark.state) == (said, state)


@given(st.lists(st.booleans(), max_size=30))
def test_what_is_told_alternates(loudness: list[bool]) -> None:
    """Reached comes first and once; then fallen back and regained take turns, whatever was quiet in between."""
    said = [each for each in deliver(Mark(), *loudness)[1] if each]
    assert said[:1] in ([], [MilestoneState.REACHED])
    assert all(
        each == (MilestoneState.FALLEN_BACK if i % 2 else MilestoneState.REGAINED) for i, each in enumerate(said) if i
    )
