"""Forecast: months carried on, an honest range, and silence where there is nothing to learn from."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.quota.pace.rules.forecast import Forecast, forecast

YEAR = (date(2020, 1, 1), date(2020, 12, 31))
FIVE_YEARS = (date(2018, 1, 1), date(2022, 12, 31))


def months(year: int, *added: int) -> dict[str, int]:
    return {f"{year}-{number:02}": each for number, each in enumerate(added, start=1)}


def of_the_year(value: int, wanted: int, on: date, added: Mapping[str, int], *, falls: bool = False) -> Forecast:
    found = forecast(value, wanted, *YEAR, on, added, falls=falls)
    assert found is not None
    return found


def test_even_months_go_on_evenly() -> None:
    """Ten a month: 120 in the end, no doubt about it, and 100 on the last day of October."""
    found = of_the_year(60, 100, date(2020, 6, 30), months(2020, *[10] * 6))
    assert (found.value_at_end, found.low, found.high) == (120, 120, 120)
    assert (found.attained_on, found.needed_per_week) == (date(2020, 10, 31), 1.6)  # 40 in 184 days


def test_uneven_months_have_a_wide_range() -> None:
    found = of_the_year(60, 100, date(2020, 6, 30), months(2020, 0, 20, 0, 20, 0, 20))
    assert found.value_at_end == 120
    assert found.low is not None
    assert found.high is not None
    assert 60 < found.low < 100
    assert found.high > 140


def test_with_a_year_behind_it_each_month_is_as_a_year_ago() -> None:
    """Whoever graduates in July comes in July: after a June without anybody, half a year still brings 60."""
    by_season = months(2019, 0, 0, 0, 0, 0, 0, 50, 10, 0, 0, 0, 0)
    found = forecast(60, 110, *FIVE_YEARS, date(2020, 6, 30), by_season, falls=False)
    assert found is not None
    assert found.value_at_end == 60 + 3 * 60
    assert found.attained_on == date(2020, 7, 31)


def test_a_part_of_a_month_counts_by_its_days() -> None:
    found = of_the_year(30, 100, date(2020, 4, 15), months(2020, 10, 10, 10))
    assert found.value_at_end == 30 + 85


@pytest.mark.parametrize(
    ("on", "start"),
    [
        (date(2020, 2, 29), date(2020, 1, 1)),
        (date(2020, 3, 30), date(2020, 1, 1)),  # March is not over
        (date(2020, 4, 29), date(2020, 1, 2)),  # January is not whole
        (date(2020, 12, 31), date(2020, 1, 1)),  # the period is over
        (date(2021, 6, 30), date(2020, 1, 1)),
    ],
)
def test_nothing_is_shown_where_history_is_too_short_or_the_period_is_over(on: date, start: date) -> None:
    assert forecast(30, 100, start, date(2020, 12, 31), on, months(2020, 10, 10, 10), falls=False) is None


def test_a_year_that_brought_nothing_tells_nothing() -> None:
    """No figure is made of no data: neither "0, for sure" nor a day."""
    assert forecast(0, 5, *YEAR, date(2020, 3, 31), {}, falls=False) is None
    assert forecast(7, 9, *FIVE_YEARS, date(2020, 3, 31), {"2018-05": 7}, falls=False) is None


def test_attained_needs_nothing_more() -> None:
    found = of_the_year(120, 100, date(2020, 6, 30), months(2020, *[20] * 6))
    assert (found.attained_on, found.needed_per_week, found.value_at_end) == (None, 0, 240)


def test_a_stock_may_fall_and_never_below_nothing() -> None:
    """在库: bases that close; the range ends at nothing."""
    found = of_the_year(6, 20, date(2020, 6, 30), months(2020, 0, -4, 0, -4, 0, 0), falls=True)
    assert (found.value_at_end, found.low) == (0, 0)
    assert found.high is not None
    assert found.high > 0


def test_without_an_end_only_the_day_is_foreseen() -> None:
    found = forecast(60, 100, date(2018, 1, 1), None, date(2020, 6, 30), months(2020, *[10] * 6), falls=False)
    assert found is not None
    assert found.value_at_end is None
    assert found.attained_on == date(2021, 4, 30)  # as in the year before: nothing until December


@given(
    value=st.integers(0, 2000),
    wanted=st.integers(1, 2000),
    added=st.lists(st.integers(-50, 300), min_size=0, max_size=12),
    on=st.dates(date(2020, 1, 1), date(2020, 12, 30)),
    falls=st.booleans(),
)
def test_every_forecast_is_possible(value: int, wanted: int, added: list[int], on: date, falls: bool) -> None:
    """Never negative, low to high in order, never below what is there unless it falls, the day within the period."""
    found = forecast(value, wanted, *YEAR, on, months(2020, *added), falls=falls)
    if found is None:
        return
    assert found.low is not None
    assert found.value_at_end is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value_at_end <= found.high
    if not falls and min(added, default=0) >= 0:
        assert found.low >= value
    assert found.attained_on is None or on < found.attained_on <= YEAR[1]
    assert found.needed_per_week is not None
    assert found.needed_per_week >= 0
    if found.attained_on is None and value < wanted:
        assert found.value_at_end <= wanted
