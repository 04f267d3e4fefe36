"""Quotas of the bureau's own."""

from datetime import date, datetime
from typing import Any

import pytest

from services.quota.policy.commands import deciding as decisions
from services.quota.policy.schemas import NewQuota
from services.quota.quotas.models import Quota
from shared.contracts.quota import MilestoneFallenBack, MilestoneReached
from shared.db import Database
from shared.operations import Call
from tests.quota.given import BUREAU, announced, apply, crossings, define, deliver, event, progress
from tests.quota.policy.decided import PROGRAMME, faults, quotas, teachers


def test_a_quota_of_the_bureaus_own_finds_who_is_registered(city: Database) -> None:
    """自定目标: what was registered before counts, as known then; milestones already held are told to nobody."""
    deliver(city, *teachers(8), event("revoked", "gone", programme=PROGRAMME))
    quota = define(city, amount=10, period={"start": "2019-01-01", "end": "2019-12-31"})
    found = progress(city, PROGRAMME)
    assert (found.quota_id, found.value, found.gross, found.period.label) == (quota.id, 8, 9, "2019")
    assert [each.state for each in found.milestones] == ["reached"] * 3 + ["pending"] * 2
    assert (found.milestones[0].reached_on, found.measure_word) == (date(2019, 3, 1), "名")
    assert progress(city, PROGRAMME, past=True, known_at=datetime.fromisoformat("2019-01-01T00:00:00Z")).value == 0
    assert crossings(city, PROGRAMME) == announced(city, MilestoneReached) == []
    deliver(city, *teachers(2, first=8))
    assert crossings(city, PROGRAMME) == [(90, "reached"), (100, "reached")]


def test_losing_a_milestone_nobody_heard_of_is_silent(city: Database) -> None:
    """What was found held at definition and never told cannot fall back; reached later, it is told as reached."""
    deliver(city, *teachers(10))
    define(city, amount=10)
    deliver(city, event("revoked", 0, 2, programme=PROGRAMME))
    assert announced(city, MilestoneFallenBack) == []
    deliver(city, *teachers(1, first=10))
    assert crossings(city, PROGRAMME) == [(100, "reached")]


def test_units_have_quotas_of_their_own(city: Database) -> None:
    """A unit's own quota stands in for its contribution; the others contribute."""
    deliver(city, *teachers(2), *teachers(1, first=2, reporting_unit="xihu"))
    define(city, amount=4)
    define(city, amount=2, unit="donghu")
    own, part = (progress(city, PROGRAMME, unit=unit) for unit in ("donghu", "xihu"))
    assert (own.value, own.amount, own.completion_percent, own.status) == (2, 2, "100.0", "attained")
    assert (part.value, part.amount, part.status) == (1, None, "no_amount")


def test_an_amount_of_nothing_has_no_milestones_and_no_completion(city: Database) -> None:
    """目标为零: shown as no amount, never as 0 % or as infinite."""
    define(city, amount=0, period={"start": "2019-01-01", "end": "2019-12-31"})
    deliver(city, *teachers(3))
    found = progress(city, PROGRAMME)
    assert (found.value, found.completion_percent, found.status, found.pace) == (3, None, "no_amount", None)
    assert (found.milestones, found.remaining, crossings(city, PROGRAMME)) == ([], None, [])


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"programme": "no-such-programme"}, ("/programme", "unknown_programme")),
        ({"unit": "no-such-unit"}, ("/unit", "unknown_unit")),
        ({"period": {"start": "2019-01-02", "end": "2019-01-01"}}, ("/period/end", "ends_before_start")),
        ({"comparison": "between"}, ("/amount_max", "missing")),
        ({"comparison": "between", "amount_max": 9}, ("/amount_max", "below_amount")),
        ({"amount_max": 20}, ("/amount_max", "not_a_range")),
        ({"tolerance_percent": 5}, ("/tolerance_percent", "tolerance")),
        ({"comparison": "about", "tolerance_percent": 0}, ("/tolerance_percent", "tolerance")),
        ({"programme": "top-talent"}, ("/period", "overlaps")),
    ],
)
def test_what_the_bureau_cannot_lay_down(city: Database, wanted: dict[str, Any], fault: tuple[str, str]) -> None:
    """Each fault is named where it is, and nothing is laid down."""
    usual = {"programme": PROGRAMME, "amount": 10, "period": {"start": "2019-01-01"}}
    with city.writing() as session:
        (outcome,) = decisions.define(session, [Call(NewQuota.model_validate(usual | wanted), BUREAU)])
    assert faults(outcome) == [fault]
    assert quotas(city, PROGRAMME) == []


def test_an_amount_of_the_bureaus_beside_a_plain_count(city: Database) -> None:
    """N03 only counts these teachers: an amount of the bureau's is in its way as little when the pack comes again."""
    define(city, amount=10, period={"start": "2026-01-01", "end": "2026-12-31"})
    assert apply(city).changes == []


def test_overlapping_quotas_in_one_breath(city: Database) -> None:
    """Two requests gathered in one commit are still one after the other."""
    new = NewQuota.model_validate({"programme": PROGRAMME, "amount": 10, "period": {"start": "2019-01-01"}})
    later = new.model_copy(update={"unit": "donghu"})
    with city.writing() as session:
        first, second, third = decisions.define(session, [Call(new, BUREAU), Call(new, BUREAU), Call(later, BUREAU)])
    assert isinstance(first, Quota)
    assert faults(second) == [("/period", "overlaps")]
    assert isinstance(third, Quota)


def test_c20_c22_more_than_the_amount(city: Database) -> None:
    """C20, C22: exactly the amount is 100 % and not attained; one more is."""
    define(city, amount=40, comparison="more_than")
    deliver(city, *teachers(40))
    found = progress(city, PROGRAMME)
    assert (found.status, found.remaining) == ("short", 1)
    deliver(city, *teachers(1, first=40))
    assert progress(city, PROGRAMME).status == "attained"
