"""Months: what each changed, and how it compares with the same month of the year before."""

from datetime import date

import pytest

from services.quota.heads.rules import Counts
from services.quota.records.rules import Month, by_month, growth_percent
from services.quota.records.schemas import MonthRead


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [(120, 100, "20.0"), (1, 3, "-66.7"), (0, 4, "-100.0"), (5, 5, "0.0"), (2001, 2000, "0.1")],
)
def test_growth_has_one_decimal(now: int, before: int, shown: str) -> None:
    assert growth_percent(now, before) == shown


@pytest.mark.parametrize("before", [0, -2, None])
def test_c25_growth_over_nothing_is_not_a_number_and_no_error(before: int | None) -> None:
    """C25: the base is 0 (or unknown, or below): 同比 shows "—"."""
    assert growth_percent(20, before) is None


def test_c25_a_month_whose_year_before_was_empty_has_no_growth() -> None:
    days = [(date(2018, 1, 9), 4), (date(2018, 3, 1), 2), (date(2019, 1, 1), 6), (date(2019, 2, 1), 5)]
    months = MonthRead.each_of(by_month((on, Counts(count, count, count)) for on, count in days), "net_cumulative")
    shown = {each.month: each.year_on_year_percent for each in months}
    assert (shown["2018-01"], shown["2019-01"], shown["2019-02"]) == (None, "50.0", None)


def test_no_month_is_left_out() -> None:
    two, three = Counts(2, 2, 2), Counts(3, 3, 3)
    assert by_month([(date(2018, 12, 31), two), (date(2019, 2, 1), Counts(1, 1, 1))]) == [
        Month("2018-12", two, two),
        Month("2019-01", Counts(0, 0, 0), two),
        Month("2019-02", Counts(1, 1, 1), three),
    ]
