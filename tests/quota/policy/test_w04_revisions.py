"""A revision that one officer asked for is of the quota that the officer saw."""

from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.applying import ProposedPack, apply
from services.quota.policy.commands.deciding import Revised, WantedPace
from services.quota.quotas.models import Quota
from shared.contracts.pace import PaceRule
from shared.db import Database
from shared.operations import Call
from shared.versions import Versions
from tests.quota.given import BUREAU, SECOND, define
from tests.quota.policy.decided import edited, quotas, revise


def late(city: Database, quota: Quota, amount: int) -> Revised:
    """What the second officer is answered, after something changed; the first one's next call completes it."""
    found = revise(city, quota, SECOND, amount)
    assert isinstance(found, Revised)
    assert found.awaiting
    assert found.former is not None
    assert (found.former.by, found.former.version) == ("bureau", 1)
    done = revise(city, quota, BUREAU, amount)
    assert isinstance(done, Revised)
    assert (done.awaiting, done.quota.amount, done.former) == (False, amount, None)
    return found


def test_w04_a_pace_chosen_meanwhile_makes_the_first_void(city: Database) -> None:
    quota = define(city, amount=200, period={"start": "2019-01-01", "end": "2030-12-31"})
    assert isinstance(revise(city, quota, BUREAU, 250), Revised)
    chosen = WantedPace(quota.id, Versions.of('"1"'), PaceRule(curve="by_day"))
    with city.writing() as session:
        decisions.choose_pace(session, [Call(chosen, SECOND)])
    found = late(city, quota, 250)
    assert found.former is not None
    assert [each.field for each in found.former.changed] == ["own_pace"]


def test_w04_a_policy_that_changes_the_amount_meanwhile_makes_the_first_void(city: Database) -> None:
    (quota,) = quotas(city, "T12")
    assert isinstance(revise(city, quota, BUREAU, quota.amount + 7), Revised)
    for officer in (BUREAU, SECOND):
        with city.writing() as session:
            apply(session, [Call(ProposedPack(edited("T12", amount=quota.amount + 1), False), officer)])
    found = late(city, quota, quota.amount + 7)
    assert found.former is not None
    changed = {each.field: (each.before, each.after) for each in found.former.changed}
    assert changed == {"amount": (quota.amount, quota.amount + 1)}


def test_w04_nothing_that_changed_makes_nothing_void(city: Database) -> None:
    quota = define(city, amount=200)
    first, second = revise(city, quota, BUREAU, 250), revise(city, quota, SECOND, 250)
    assert isinstance(first, Revised)
    assert isinstance(second, Revised)
    assert (first.awaiting, second.awaiting, second.quota.amount) == (True, False, 250)
