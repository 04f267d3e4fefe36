"""Completion, what is missing and the wording (targets.md 1.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.quota.figures.rules import completion_percent, remaining, status
from services.quota.quotas.rules import Wording


@pytest.mark.parametrize(
    ("value", "amount", "shown"),
    [
        pytest.param(6, 5, "120.0", id="C14"),
        pytest.param(51, 50, "102.0", id="C16"),
        pytest.param(100, 50, "200.0", id="C17"),
        pytest.param(195, 200, "97.5", id="C19"),
        pytest.param(99_999, 100_000, "99.9", id="C26"),
        pytest.param(100_000, 100_000, "100.0", id="C26-one-more"),
        pytest.param(4, 5, "80.0", id="C13"),
        pytest.param(498, 500, "99.6", id="F01"),
        (0, 5, "0.0"),
        (2, 3, "66.6"),
        (0, 0, None),
        (7, 0, None),
        (7, None, None),
    ],
)
def test_completion(value: int, amount: int | None, shown: str | None) -> None:
    """Rounded down to one decimal; nothing where nothing is asked."""
    assert completion_percent(value, Wording("goal", "at_least", amount)) == shown


@given(value=st.integers(0, 10**7), amount=st.integers(1, 10**7))
def test_never_100_below_the_amount(value: int, amount: int) -> None:
    """100.0 is shown exactly from the amount on."""
    shown = completion_percent(value, Wording("goal", "about", amount, None, 10))
    assert shown is not None
    assert (float(shown) >= 100) == (value >= amount)


def goal(comparison: str, amount: int | None, amount_max: int | None = None, tolerance: int = 0) -> Wording:
    return Wording("goal", comparison, amount, amount_max, tolerance)


@pytest.mark.parametrize(
    ("wording", "value", "expected"),
    [
        (goal("at_least", 100, None, 0), 99, "short"),
        (goal("at_least", 100, None, 0), 100, "attained"),
        (goal("at_least", 5, None, 0), 6, "attained"),
        pytest.param(goal("more_than", 1200, None, 0), 1200, "short", id="C20"),
        pytest.param(goal("more_than", 1200, None, 0), 1201, "attained", id="C20-one-more"),
        pytest.param(goal("more_than", 40, None, 0), 40, "short", id="C22"),
        pytest.param(goal("between", 3, 5, 0), 6, "exceeded", id="C23"),
        (goal("between", 3, 5, 0), 2, "short"),
        (goal("between", 3, 5, 0), 3, "attained"),
        (goal("between", 3, 5, 0), 5, "attained"),
        pytest.param(goal("about", 200, None, 10), 195, "basically_attained", id="C19"),
        (goal("about", 200, None, 10), 180, "basically_attained"),
        (goal("about", 200, None, 10), 179, "short"),
        pytest.param(goal("about", 50, None, 10), 51, "attained", id="C16"),
        (goal("about", 50, None, 10), 55, "attained"),
        pytest.param(goal("about", 50, None, 10), 56, "exceeded", id="C16-56th"),
        pytest.param(goal("about", 50, None, 10), 100, "exceeded", id="C17"),
        (goal("at_least", 0, None, 0), 3, "no_amount"),
        (goal("at_least", None, None, 0), 3, "no_amount"),
    ],
)
def test_wording(wording: Wording, value: int, expected: str) -> None:
    """以上 includes the amount, 超过 does not, 左右 tolerates, a–b has two ends."""
    assert status(value, wording) == expected


@pytest.mark.parametrize(
    ("value", "shown", "met"),
    [(1199, "99.9", "short"), (1200, "99.9", "short"), (1201, "100.0", "attained"), (600, "50.0", "short")],
)
def test_x08_more_than_is_below_100_until_it_is_passed(value: int, shown: str, met: str) -> None:
    wording = Wording("goal", "more_than", 1200)
    assert (completion_percent(value, wording), status(value, wording)) == (shown, met)


def test_a_range_is_not_completed_twice() -> None:
    """C23: six zones against 3–5 are out of range, not 200 %."""
    assert completion_percent(6, Wording("goal", "between", 3, 5)) == "100.0"


@pytest.mark.parametrize(("value", "expected"), [(49, "short"), (50, "attained"), (51, "exceeded")])
def test_a_cap_is_full_at_its_amount_and_exceeded_above(value: int, expected: str) -> None:
    """上限: one more than the amount is one too many."""
    assert status(value, Wording("cap", "at_least", 50)) == expected


@pytest.mark.parametrize(
    ("value", "amount", "comparison", "expected"),
    [
        (0, 5, "at_least", 5),
        (6, 5, "at_least", 0),
        (1200, 1200, "more_than", 1),
        (1201, 1200, "more_than", 0),
        (3, None, "at_least", None),
        (3, 0, "at_least", None),
    ],
)
def test_remaining(value: int, amount: int | None, comparison: str, expected: int | None) -> None:
    """Heads still missing until the wording is met; never negative."""
    assert remaining(value, Wording("goal", comparison, amount)) == expected
