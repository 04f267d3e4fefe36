"""What belongs to a quota, which amount is in force, and what keeps a quota the same one."""

from datetime import date
from typing import Any

import pytest

from services.quota.quotas.rules import Decided, amount_on, overlap, policy_quota_id
from tests.quota.given import scope

JOINT = {"talent_class": frozenset({"A", "B"})}


@pytest.mark.parametrize(
    ("limits", "classes", "on", "belongs"),
    [
        ({}, {}, date(2019, 1, 1), True),
        ({}, {}, date(2019, 12, 31), True),
        pytest.param({}, {}, date(2020, 1, 1), False, id="D08-next-year"),
        ({}, {}, date(2018, 12, 31), False),
        ({"end": None}, {}, date(2031, 1, 1), True),
        pytest.param({"where": JOINT}, {"talent_class": "A"}, date(2019, 5, 1), True, id="C01-A"),
        pytest.param({"where": JOINT}, {"talent_class": "B"}, date(2019, 5, 1), True, id="C01-B"),
        pytest.param({"where": JOINT}, {"talent_class": "D"}, date(2019, 5, 1), False, id="C02"),
        ({"where": JOINT}, {"talent_class": None}, date(2019, 5, 1), False),
        ({"where": JOINT}, {}, date(2019, 5, 1), False),
        pytest.param({"round": "2018-2019"}, {"round": "2018-2019"}, date(2020, 2, 1), True, id="D05-named"),
        pytest.param({"round": "2018-2019"}, {"round": "2020-2021"}, date(2019, 2, 1), False, id="D05-other"),
        pytest.param({"round": "2018-2019"}, {"round": None}, date(2019, 2, 1), True, id="D05-by-date"),
        ({"round": "2018-2019"}, {}, date(2020, 2, 1), False),
        ({}, {"round": "2018-2019"}, date(2019, 2, 1), True),
    ],
)
def test_what_a_quota_takes_in(limits: dict[str, Any], classes: dict[str, str | None], on: date, belongs: bool) -> None:
    """Programme, class and period; a round that is named decides instead of the date."""
    assert scope(**limits).covers("top-talent", classes, on) is belongs
    assert not scope(**limits).covers("local-leading-talent", classes, on)


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2018, 1, 1), 200), (date(2019, 6, 30), 200), (date(2019, 7, 1), 220), (date(2020, 1, 1), 180)],
)
def test_f14_past_figures_keep_the_amount_of_their_time(day: date, amount: int) -> None:
    """F14: the history of amounts is kept; each day has the amount that was in force on it."""
    history = [
        Decided(2, 220, date(2019, 7, 1)),
        Decided(1, 200, date(2019, 1, 1)),
        Decided(3, 180, date(2020, 1, 1)),
    ]
    assert amount_on(day, history).amount == amount


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((date(2019, 1, 1), date(2019, 12, 31)), (date(2020, 1, 1), date(2020, 12, 31)), False),
        ((date(2019, 1, 1), date(2019, 12, 31)), (date(2019, 12, 31), date(2020, 12, 31)), True),
        ((date(2019, 1, 1), None), (date(2025, 1, 1), date(2025, 12, 31)), True),
        ((date(2019, 1, 1), None), (date(2018, 1, 1), date(2018, 12, 31)), False),
        ((date(2019, 1, 1), None), (date(2018, 1, 1), None), True),
    ],
)
def test_overlap(one: tuple[date, date | None], other: tuple[date, date | None], shared: bool) -> None:
    """Both days of a period belong to it, and one without an end runs on."""
    assert overlap(*one, *other) is overlap(*other, *one) is shared


def test_a_documents_quota_is_the_same_at_every_application() -> None:
    """The identity depends on the document, the code and the period, and on nothing else."""
    assert policy_quota_id("X〔2018〕1号", "T08", "2019") == policy_quota_id("X〔2018〕1号", "T08", "2019")
    assert len({policy_quota_id("X〔2018〕1号", "T08", str(year)) for year in range(2018, 2023)}) == 5
