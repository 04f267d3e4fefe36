"""Who counts: one head per subject and quota, from the newest state of its registrations and nothing else."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from services.quota.counting.rules.heads import Counts, Head, entries, head, ledger_rows
from shared.contracts.registration import STANDING, RegistrationState
from tests.quota.given import ref, scope, seen

MARCH, JUNE, SEPTEMBER = date(2019, 3, 1), date(2019, 6, 15), date(2019, 9, 1)


def one(state: str = "recognised", **given: Any) -> Head | None:
    return head(scope(), [seen(state=state, **given)])


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("recognised", Counts(1, 1, 1)),
        ("suspended", Counts(1, 1, 1)),
        ("exited", Counts(1, 1, 0)),
        ("cancelled", Counts(1, 1, 0)),
        ("expired", Counts(1, 1, 0)),
        ("revoked", Counts(1, 0, 0)),
    ],
)
def test_what_a_state_counts(state: str, expected: Counts) -> None:
    """退出 keeps the past; 撤销 is void from the beginning and shows in the gross figure alone."""
    total = Counts(0, 0, 0)
    for counts in entries(one(state, ended_on=None if expected.in_stock else JUNE)).values():
        total = total.plus(counts)
    assert total == expected


@pytest.mark.parametrize("state", sorted(set(RegistrationState) - {*STANDING, RegistrationState.REVOKED}))
def test_what_is_not_recognised_does_not_count(state: str) -> None:
    """拟认定 and everything before and beside it is no head, even when a date is given."""
    assert one(state) is None


def test_no_registration_no_date_no_head() -> None:
    """A head needs a registration and the date it counts from."""
    assert head(scope(), []) is None
    assert one(counted_on=None) is None


def test_c05_two_certificates_are_one_head_dated_at_the_first() -> None:
    """C05: 高级工 in 2019 and 技师 in 2020 are one head in the joint quota, of 2019."""
    both = [
        seen("2020", programme="highly-skilled-workers", counted_on=date(2020, 5, 1), reporting_unit="xihu"),
        seen("2019", programme="skilled-workers", counted_on=MARCH),
    ]
    found = head(scope("skilled-workers", "highly-skilled-workers", end=None), both)
    assert found == Head(ref("2019"), "donghu", MARCH, None, True, True)


def test_c44_applying_every_year_is_one_head() -> None:
    """C44: a flexible expert of 2018, 2019 and 2020 is one, in any order of hearing of it."""
    years = [seen(year, counted_on=date(year, 4, 1)) for year in (2018, 2019, 2020)]
    wide = scope(start=date(2018, 1, 1), end=None)
    assert {head(wide, order) for order in permutations(years)} == {
        Head(ref(2018), "donghu", date(2018, 4, 1), None, True, True)
    }


def test_the_earliest_registration_that_counts_is_credited() -> None:
    """Revoking the first leaves the second; the unit and the date move to it. Ties go by the registration's id."""
    first, second = seen("a", reporting_unit="anyi"), seen("b", counted_on=JUNE, reporting_unit="xihu")
    assert head(scope(), [first, second]) == Head(ref("a"), "anyi", MARCH, None, True, True)
    assert head(scope(), [first._replace(state="revoked"), second]) == Head(ref("b"), "xihu", JUNE, None, True, True)
    same_day = [seen(name, counted_on=MARCH) for name in "abcdef"]
    found = head(scope(), same_day)
    assert found is not None
    assert found.registration_id == min(ref(name) for name in "abcdef")


def test_in_stock_while_any_is_and_ended_with_the_last() -> None:
    """在库 until the last of the registrations has ended."""
    left = seen("a", state="exited", ended_on=JUNE)
    assert head(scope(), [left, seen("b", counted_on=JUNE)]) == Head(ref("a"), "donghu", MARCH, None, True, True)
    gone = seen("b", state="cancelled", counted_on=JUNE, ended_on=SEPTEMBER)
    assert head(scope(), [left, gone]) == Head(ref("a"), "donghu", MARCH, SEPTEMBER, True, False)


def test_an_end_without_a_date_or_before_the_beginning_leaves_no_negative_stock() -> None:
    """A head never leaves the stock before it entered it."""
    for ended_on in (None, date(2018, 1, 1), MARCH):
        assert entries(one("exited", ended_on=ended_on)) == {("donghu", MARCH): Counts(1, 1, 0)}


def test_a_head_is_credited_to_one_unit_only() -> None:
    """不重复认定: the unit of the earliest registration has the head, so that the units add up to the city."""
    both = [seen("a", reporting_unit="anyi"), seen("b", reporting_unit="xihu", counted_on=JUNE)]
    assert head(scope(unit="anyi"), both) is not None
    assert head(scope(unit="xihu"), both) is None


def test_c37_a_base_that_closes_stays_in_the_cumulative_figure() -> None:
    """C37: 累计 unchanged, 在库 −1 from the day it closed."""
    before, after = one(), one("exited", ended_on=date(2019, 6, 15))
    assert ledger_rows(before, after) == [("donghu", date(2019, 6, 15), Counts(0, 0, -1))]


def test_c38_a_base_that_closes_and_reopens_is_one_base() -> None:
    """C38: the second registration of the same subject brings it back into the stock and adds no head."""
    closed = seen("a", state="exited", ended_on=JUNE)
    assert ledger_rows(head(scope(), [closed]), head(scope(), [closed, seen("b", counted_on=SEPTEMBER)])) == [
        ("donghu", JUNE, Counts(0, 0, 1))
    ]


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        (None, one(), [("donghu", MARCH, Counts(1, 1, 1))]),
        (one(), None, [("donghu", MARCH, Counts(-1, -1, -1))]),
        (one(), one(), []),
        (one(), one("suspended"), []),
        (one(), one("revoked"), [("donghu", MARCH, Counts(0, -1, -1))]),
        (one("revoked"), one(), [("donghu", MARCH, Counts(0, 1, 1))]),
        (
            one(),
            one(counted_on=JUNE),
            [("donghu", MARCH, Counts(-1, -1, -1)), ("donghu", JUNE, Counts(1, 1, 1))],
        ),
        (
            one(),
            one(reporting_unit="xihu"),
            [("donghu", MARCH, Counts(-1, -1, -1)), ("xihu", MARCH, Counts(1, 1, 1))],
        ),
        (
            one("exited", ended_on=JUNE),
            one("revoked"),
            [("donghu", MARCH, Counts(0, -1, -1)), ("donghu", JUNE, Counts(0, 0, 1))],
        ),
    ],
)
def test_ledger_rows(before: Head | None, after: Head | None, rows: list[tuple[str, date, Counts]]) -> None:
    """The ledger only grows: what a change takes back is a row of its own, at the date it is taken back from."""
    assert ledger_rows(before, after) == rows
