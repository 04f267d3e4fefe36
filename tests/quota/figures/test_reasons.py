"""Why a registration counts in a quota, or does not: each reason from the registrations of one subject."""

from datetime import date
from typing import Any

import pytest

from services.quota.counting.rules.heads import Seen
from services.quota.figures.rules import SAID, CountingReason, Why, why
from services.quota.quotas.rules import Scope
from shared.contracts.registration import Spell
from tests.quota.given import ref, scope, seen

LATER = date(2019, 9, 1)
WITH_CLASSES = scope("top-talent", where={"talent_class": frozenset({"A"})})
OF_ROUND = scope("top-talent", round="2018-2019")
ONCE = scope("top-talent", rivals={"overseas-talent": True})

REASONS: dict[str, tuple[Scope, list[Seen], CountingReason]] = {
    "it counts": (scope(), [seen()], CountingReason.COUNTS),
    "another programme": (scope("youth-intake"), [seen()], CountingReason.OTHER_PROGRAMME),
    "another class": (WITH_CLASSES, [seen(classes={"talent_class": "D"})], CountingReason.OTHER_CLASS),
    "submitted": (scope(), [seen(state="submitted", counted_on=None)], CountingReason.NOT_RECOGNISED),
    "dated and not recognised": (scope(), [seen(state="withdrawn")], CountingReason.NOT_RECOGNISED),
    "another round": (OF_ROUND, [seen(classes={"round": "2020-2021"})], CountingReason.OTHER_ROUND),
    "after the period": (scope(), [seen(counted_on=date(2020, 1, 1))], CountingReason.OUTSIDE_PERIOD),
    "revoked": (scope(), [seen(state="revoked")], CountingReason.REVOKED),
    "revoked beside one that counts": (scope(), [seen(state="revoked"), seen("r2")], CountingReason.REVOKED),
    "another unit": (scope(unit="xihu"), [seen()], CountingReason.OTHER_UNIT),
    "left, and the cumulative figure keeps it": (
        scope(),
        [seen(state="exited", ended_on=LATER)],
        CountingReason.COUNTS,
    ),
    "counts once, elsewhere": (
        ONCE,
        [seen(), seen("r2", programme="overseas-talent")],
        CountingReason.OTHER_PROGRAMME_COUNTS,
    ),
}


@pytest.mark.parametrize("case", REASONS)
def test_each_reason(case: str) -> None:
    where, registrations, reason = REASONS[case]
    assert why(where, "net_cumulative", registrations[0], registrations) == Why(reason)


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        ({"counted_on": LATER}, {}, CountingReason.SAME_SUBJECT),
        ({"yields": True}, {"counted_on": LATER}, CountingReason.YIELDS),
    ],
)
def test_the_other_registration_of_the_subject_is_named(own: Any, other: Any, reason: CountingReason) -> None:
    both = [seen(**own), seen("r2", **other)]
    assert why(scope(), "net_cumulative", both[0], both) == Why(reason, ref("r2"))
    assert why(scope(), "net_cumulative", both[1], both) == Why(CountingReason.COUNTS)


def test_who_left_is_not_in_stock() -> None:
    left = seen(state="expired", ended_on=LATER)
    assert why(scope(), "in_stock", left, [left]) == Why(CountingReason.LEFT)


@pytest.mark.parametrize(
    ("unit", "measure", "reason"),
    [
        ("donghu", "net_cumulative", CountingReason.COUNTS),
        ("donghu", "in_stock", CountingReason.OTHER_UNIT),
        ("xihu", "net_cumulative", CountingReason.OTHER_UNIT),
        ("xihu", "in_stock", CountingReason.COUNTS),
        ("anyi", "in_stock", CountingReason.OTHER_UNIT),
        (None, "in_stock", CountingReason.COUNTS),
    ],
)
def test_of_who_moved_one_unit_has_the_credit_and_the_other_the_stock(
    unit: str | None, measure: str, reason: CountingReason
) -> None:
    moved = seen(reporting_unit="xihu", spells=(Spell(reporting_unit="donghu", until=LATER),))
    assert why(scope(unit=unit), measure, moved, [moved]) == Why(reason)


def test_every_reason_has_a_sentence() -> None:
    assert set(SAID) == set(CountingReason)
