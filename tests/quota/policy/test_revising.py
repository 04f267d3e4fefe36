"""Amounts revised by two officers."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from services.quota.policy.commands.deciding import Revised
from services.quota.quotas import queries
from services.quota.quotas.models import Quota
from shared import clock
from shared.contracts.quota import MilestoneReached, QuotaRevised
from shared.db import Database
from shared.problems import NotFound
from shared.service_tables import outbox
from tests.quota.given import BUREAU, SECOND, announced, crossings, define, deliver, event, progress
from tests.quota.policy.decided import PROGRAMME, faults, revise, revised, teachers


def test_a_revision_takes_two_officers(city: Database) -> None:
    """The first call and its repetition change nothing; another officer's same call completes it."""
    quota = define(city, amount=200)
    for caller in (BUREAU, BUREAU):
        first = revise(city, quota, caller, 220)
        assert isinstance(first, Revised)
        assert (first.awaiting, first.quota.amount) == (True, 200)
    other = revise(city, quota, SECOND, 230)
    assert isinstance(other, Revised)
    assert other.awaiting  # another content is another question
    done = revise(city, quota, BUREAU, 230)
    assert isinstance(done, Revised)
    assert (done.awaiting, done.quota.amount, done.quota.version, done.quota.generation) == (False, 230, 2, 2)
    with city.reading() as session:
        revision = queries.revisions(session, [quota.id])[quota.id][-1]
    assert (revision.decided_by, revision.seconded_by, revision.document_no) == ("bureau-2", "bureau", "X〔2019〕7号")


def test_f14_a_target_raised_in_mid_year(city: Database) -> None:
    """F14: 200 → 220: what was told stays told, milestones are measured anew, past figures keep their amount."""
    quota = define(city, amount=200, period={"start": "2019-01-01", "end": "2019-12-31"})
    deliver(city, *teachers(200))
    assert [percent for percent, _ in crossings(city, PROGRAMME)] == [25, 50, 75, 90, 100]
    revised(city, quota, 220, "2019-07-01")
    (revision,) = announced(city, QuotaRevised)
    assert (revision.amount_before, revision.amount, revision.value) == (200, 220, 200)
    assert (revision.rebased, revision.effective_on) == ([25, 50, 75, 90], date(2019, 7, 1))
    found = progress(city, PROGRAMME)
    assert (found.completion_percent, found.milestones[-1].state) == ("90.9", "pending")
    assert progress(city, PROGRAMME, past=True, on=date(2019, 6, 30)).amount == 200
    assert progress(city, PROGRAMME, past=True, on=date(2019, 7, 1)).amount == 220
    assert len(crossings(city, PROGRAMME)) == 5
    deliver(city, *teachers(20, first=200))
    assert crossings(city, PROGRAMME)[5:] == [(100, "reached")]
    assert announced(city, MilestoneReached)[-1].generation == 2


def test_a_target_lowered_fires_no_false_milestone(city: Database) -> None:
    """200 → 100 with 120 there: nothing is reached thereby; but the revision said what holds, so losing it is news."""
    quota = define(city, amount=200)
    deliver(city, *teachers(120))
    before = crossings(city, PROGRAMME)
    revised(city, quota, 100)
    assert crossings(city, PROGRAMME) == before
    assert announced(city, QuotaRevised)[0].rebased == [25, 50, 75, 90, 100]
    deliver(city, *teachers(1, first=120))
    assert crossings(city, PROGRAMME) == before
    deliver(city, *(event("revoked", n, 2, programme=PROGRAMME) for n in range(22)))
    assert crossings(city, PROGRAMME)[len(before) :] == [(100, "fallen_back")]


def test_what_no_revision_may_do(city: Database) -> None:
    """Before the quota, before the last revision, in the future, to the same amount, of no quota: refused."""
    quota = define(city, amount=200)
    tomorrow = str(clock.today() + timedelta(days=1))
    assert faults(revise(city, quota, BUREAU, 220, "2018-12-31")) == [("/effective_on", "before_quota")]
    assert faults(revise(city, quota, BUREAU, 220, tomorrow)) == [("/effective_on", "in_the_future")]
    assert faults(revise(city, quota, BUREAU, 200)) == [("/amount", "unchanged")]
    later = revised(city, quota, 220, "2019-07-01")
    assert faults(revise(city, later, BUREAU, 230, "2019-06-30")) == [("/effective_on", "before_last_revision")]
    missing = Quota(**quota.model_dump() | {"id": UUID(int=1)})
    assert isinstance(revise(city, missing, BUREAU, 1), NotFound)


def test_a_range_cannot_be_revised_above_its_end(city: Database) -> None:
    """C23: the lower end of 3–5 stays at or below 5."""
    quota = define(city, amount=3, amount_max=5, comparison="between")
    assert faults(revise(city, quota, BUREAU, 6)) == [("/amount", "above_amount_max")]
    deliver(city, *teachers(6))
    found = progress(city, PROGRAMME)
    assert (found.status, found.completion_percent) == ("exceeded", "100.0")


def test_no_event_holds_anything_personal(city: Database) -> None:
    """What leaves the service names quotas and counts, never a registration or a subject."""
    about = teachers(10)
    define(city, amount=10)
    deliver(city, *about)
    with city.reading() as session:
        bodies = b"".join(session.execute(select(outbox.c.body)).scalars())
    for each in about:
        assert str(each.subject_ref).encode() not in bodies
        assert str(each.registration_id).encode() not in bodies
