"""Pace (序时进度): the figures of the cases, and what must hold on every day of a period."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.quota.pace.rules import Lamp, pace, share_gone_by

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
    amount=st.integers(1, 500),
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
