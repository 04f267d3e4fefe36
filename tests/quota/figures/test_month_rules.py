"""Months: what each changed, and how it compares with the same month of the year before."""

import pytest

from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.figures.rules import Month, by_month, growth_percent
from services.quota.figures.schemas.records import MonthRead


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
    months = [(201801, 4), (201803, 2), (201901, 6), (201902, 5)]
    found = by_month((month, month, Counts(count, count, count)) for month, count in months)
    shown = {each.month: each.year_on_year_percent for each in MonthRead.each_of(found, "net_cumulative")}
    assert (shown["2018-01"], shown["2019-01"], shown["2019-02"]) == (None, "50.0", None)


def test_no_month_is_left_out() -> None:
    one, two, three, nothing = Counts(1, 1, 1), Counts(2, 2, 2), Counts(3, 3, 3), NOTHING
    assert by_month([(201812, 201812, two), (201902, 201902, one)]) == [
        Month("2018-12", two, nothing, nothing, two),
        Month("2019-01", nothing, nothing, nothing, two),
        Month("2019-02", one, nothing, nothing, three),
    ]
    assert by_month([]) == []


def test_a_late_report_stands_where_it_belongs_and_is_shown_where_it_was_learnt() -> None:
    """Two of December in time, one in January, and a revocation in May, when nothing counts any more."""
    two, one, void = Counts(2, 2, 2), Counts(1, 1, 1), Counts(0, -1, -1)
    learnt = [(202012, 202012, two), (202101, 202012, one), (202105, 202012, void)]
    left = two.plus(one).plus(void)
    assert by_month(learnt) == [
        Month("2020-12", left, one.plus(void), NOTHING, left),
        Month("2021-01", NOTHING, NOTHING, one, left),
        Month("2021-05", NOTHING, NOTHING, void, left),
    ]
