"""Pace (序时进度): the figures of the cases, and what must hold on every day of a period."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.quota.pace.rules.curves import Lamp, LastYear, pace, same_day, share_gone_by
from shared.contracts.pace import PaceRule

YEAR = (date(2020, 1, 1), date(2020, 12, 31))
FIVE_YEARS = (date(2018, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("period", "on", "expected"),
    [
        pytest.param(YEAR, date(2020, 2, 29), "16.67", id="D10"),
        pytest.param(FIVE_YEARS, date(2020, 2, 29), "43.33", id="D11"),
        (YEAR, date(2020, 1, 31), "8.33"),
        (YEAR, date(2020, 12, 31), "100.00"),
        (YEAR, date(2021, 5, 1), "100.00"),
        (YEAR, date(2019, 12, 31), "0.00"),
        (YEAR, date(2020, 2, 1), "8.62"),  # one month and a twenty-ninth of the next
        ((date(2018, 12, 18), date(2019, 12, 17)), date(2019, 12, 17), "100.00"),
        ((date(2019, 7, 16), date(2019, 8, 31)), date(2019, 7, 31), "34.04"),  # 16/31 of 1 16/31 months
    ],
)
def test_expected_share(period: tuple[date, date], on: date, expected: str) -> None:
    """By month at month ends, by day inside the running month."""
    found = pace(0, 100, *period, on)
    assert found is not None
    assert found.expected_percent == expected


@pytest.mark.parametrize(
    ("value", "lamp", "ahead", "catch_up"),
    [
        (51, Lamp.GREEN, "1.00", 0),
        (50, Lamp.GREEN, "0.00", 0),
        (49, Lamp.YELLOW, "-1.00", 1),
        (40, Lamp.YELLOW, "-10.00", 10),
        (39, Lamp.RED, "-11.00", 11),
        (0, Lamp.RED, "-50.00", 50),
    ],
)
def test_lamps_at_half_time(value: int, lamp: Lamp, ahead: str, catch_up: int) -> None:
    """Green from the expected share on, yellow down to ten points behind, red below."""
    found = pace(value, 100, *YEAR, date(2020, 6, 30))
    assert found is not None
    assert (found.lamp, found.ahead_points, found.catch_up) == (lamp, ahead, catch_up)


def test_a_trace_behind_is_behind() -> None:
    """Neither the lamp nor the points are rounded into being in step."""
    found = pace(166_666, 1_000_000, *YEAR, date(2020, 2, 29))
    assert found is not None
    assert (found.lamp, found.ahead_points, found.catch_up) == (Lamp.YELLOW, "-0.01", 1)


def test_nothing_is_expected_without_an_end_or_an_amount() -> None:
    """Never print a pace for a period that no document ends."""
    assert pace(5, 100, date(2018, 12, 18), None, date(2019, 6, 30)) is None
    assert pace(5, 0, *YEAR, date(2020, 6, 30)) is None


@given(
    start=st.dates(date(2015, 1, 1), date(2020, 12, 31)),
    length=st.integers(0, 2500),
    day=st.integers(0, 2500),
    value=st.integers(0, 1000),
    amount=st.integers(20, 500),
)
def test_pace_on_every_day(start: date, length: int, day: int, value: int, amount: int) -> None:
    """The share never falls from one day to the next, ends at one, and the catch-up is the least that turns green."""
    end = start + timedelta(days=length)
    on = start + timedelta(days=min(day, length))
    share = share_gone_by(start, end, on)
    assert 0 < share <= 1
    assert share_gone_by(start, end, on - timedelta(days=1)) < share
    assert share_gone_by(start, end, end) == Fraction(1)
    found = pace(value, amount, start, end, on)
    assert found is not None
    caught_up = pace(value + found.catch_up, amount, start, end, on)
    assert caught_up is not None
    assert caught_up.lamp == Lamp.GREEN
    if found.catch_up:
        almost = pace(value + found.catch_up - 1, amount, start, end, on)
        assert almost is not None
        assert almost.lamp != Lamp.GREEN


@pytest.mark.parametrize(
    ("period", "on", "expected"),
    [
        pytest.param(YEAR, date(2020, 2, 29), "16.39", id="D10"),
        pytest.param(FIVE_YEARS, date(2020, 2, 29), "43.26", id="D11"),
        (YEAR, date(2019, 12, 31), "0.00"),
        (YEAR, date(2021, 1, 1), "100.00"),
    ],
)
def test_expected_share_by_day(period: tuple[date, date], on: date, expected: str) -> None:
    """按日: days gone by over days in all."""
    found = pace(0, 100, *period, on, PaceRule(curve="by_day"))
    assert found is not None
    assert (found.expected_percent, found.curve) == (expected, "by_day")


LATE = [0, 0, 5, 10, 20, 30, 40, 50, 60, 80, 90, 100]  # a year whose autumn decides


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2020, 2, 29), "0.00"),
        (date(2020, 3, 31), "5.00"),
        (date(2020, 10, 31), "80.00"),
        (date(2020, 11, 15), "85.00"),  # half of November, half of its ten points
        (date(2020, 12, 31), "100.00"),
        (date(2021, 6, 1), "100.00"),
        (date(2019, 12, 31), "0.00"),
    ],
)
def test_expected_share_set_by_hand(on: date, expected: str) -> None:
    """手工: the percentage of each month's end, and by day between two of them."""
    found = pace(0, 100, *YEAR, on, PaceRule(curve="by_hand", expected=LATE))
    assert found is not None
    assert found.expected_percent == expected


@pytest.mark.parametrize(
    ("last_year", "expected", "curve"),
    [
        (LastYear(30, 200), "15.00", "last_year"),
        (LastYear(-3, 200), "0.00", "last_year"),
        (LastYear(210, 200), "100.00", "last_year"),  # more in mid-year than in the end
        (LastYear(0, 0), "50.00", "by_month"),  # division by nothing
        (None, "50.00", "by_month"),
    ],
)
def test_expected_share_of_last_year(last_year: LastYear | None, expected: str, curve: str) -> None:
    """去年实际: what last year had by the same day of what it had in the end; without a last year, by month."""
    found = pace(0, 100, *YEAR, date(2020, 6, 30), PaceRule(curve="last_year"), last_year)
    assert found is not None
    assert (found.expected_percent, found.curve) == (expected, curve)


def test_the_same_day_of_a_period_before() -> None:
    assert same_day(date(2020, 2, 29), date(2020, 1, 1), date(2019, 1, 1)) == date(2019, 2, 28)
    assert same_day(date(2021, 5, 7), date(2020, 1, 1), date(2018, 1, 1)) == date(2019, 5, 7)


@pytest.mark.parametrize(
    ("value", "on", "lamp"),
    [
        (0, date(2020, 2, 29), Lamp.GREEN),  # the first quarter is not over: nothing is asked yet
        (0, date(2020, 3, 31), Lamp.RED),  # 1.25 of five expected
        (1, date(2020, 3, 31), Lamp.YELLOW),
        (1, date(2020, 5, 31), Lamp.YELLOW),  # by month it would be 21.67 points behind
        (2, date(2020, 6, 30), Lamp.YELLOW),
        (1, date(2020, 6, 30), Lamp.RED),
        (3, date(2020, 9, 30), Lamp.YELLOW),  # 15 points behind, and less than one studio
        (4, date(2020, 11, 30), Lamp.GREEN),
        (4, date(2020, 12, 31), Lamp.RED),  # at the end a whole studio is missing
        (5, date(2020, 12, 31), Lamp.GREEN),
    ],
)
def test_five_studios_a_year_are_judged_by_quarters(value: int, on: date, lamp: Lamp) -> None:
    """小目标按季平滑: one studio is 20 points; less than one is never red."""
    found = pace(value, 5, *YEAR, on)
    assert found is not None
    assert (found.lamp, found.by_quarter) == (lamp, True)


def test_bands_are_settings() -> None:
    """灯色区间: three points behind are green, six are red; but never for less than one head."""
    rule = PaceRule(green_to=3, yellow_to=5, smooth_below=0)

    def lamp(value: int, amount: int) -> Lamp:
        found = pace(value, amount, *YEAR, date(2020, 6, 30), rule)
        assert found is not None
        return found.lamp

    assert [lamp(value, 100) for value in (47, 46, 45, 44)] == [Lamp.GREEN, Lamp.YELLOW, Lamp.YELLOW, Lamp.RED]
    assert lamp(2, 5) == Lamp.YELLOW  # ten points, half a head


@pytest.mark.parametrize(
    "wrong",
    [
        {"curve": "by_hand"},
        {"expected": [50, 100]},
        {"curve": "by_hand", "expected": [60, 50, 100]},
        {"curve": "by_hand", "expected": [60, 90]},
        {"curve": "by_hand", "expected": [-1, 100]},
        {"green_to": 11},
        {"curve": "by_guess"},
    ],
)
def test_what_is_no_pace(wrong: dict[str, object]) -> None:
    """A curve by hand lists percentages that never fall and end at 100; no other curve does; bands are in order."""
    with pytest.raises(ValidationError):
        PaceRule.model_validate(wrong)


def test_a_curve_by_hand_has_each_month_of_its_period() -> None:
    by_hand = PaceRule(curve="by_hand", expected=LATE)
    assert by_hand.fits(*YEAR)
    assert not by_hand.fits(*FIVE_YEARS)
    assert not by_hand.fits(YEAR[0], None)
    assert PaceRule().fits(YEAR[0], None)
