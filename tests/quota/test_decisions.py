"""Packs applied, quotas laid down, amounts revised: what changes, what is told, and what is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.quota.policy.commands import applying as policy
from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.applying import Proposed
from services.quota.policy.commands.deciding import Revised, WantedRevision
from services.quota.policy.schemas import NewQuota, NewRevision
from services.quota.quotas import queries
from services.quota.quotas.models import QUOTA, Quota
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import MilestoneFallenBack, MilestoneReached, QuotaDefined, QuotaRevised
from shared.db import Database
from shared.problems import NotFound, Refusal
from shared.service_tables import outbox
from tests.quota.given import BUREAU, SECOND, announced, apply, define, event, nanchang, progress, tell, told

PROGRAMME = "dual-qualified-teachers"  # one to which the policy gives no amount


def edited(code: str, **changes: Any) -> PolicyPack:
    """The pack of Nanchang with one quota worded otherwise."""
    content = nanchang().model_dump(mode="json")
    for quota in content["quotas"]:
        quota.update(changes if quota["code"] == code else {})
    return PolicyPack.model_validate(content)


def quotas(database: Database, code: str) -> list[Quota]:
    with database.reading() as session:
        return list(session.execute(select(Quota).where(QUOTA.c.code == code).order_by(QUOTA.c.starts_on)).scalars())


def revise(
    database: Database, quota: Quota, caller: Caller, amount: int, on: str | None = None, no: str = "X〔2019〕7号"
) -> Revised | Refusal:
    body = NewRevision(amount=amount, effective_on=date.fromisoformat(on) if on else clock.today(), document_no=no)
    with database.writing() as session:
        (outcome,) = decisions.revise(session, [WantedRevision(quota.id, body)], caller)
    return outcome


def revised(database: Database, quota: Quota, amount: int, on: str | None = None) -> Quota:
    """A quota after both officers have spoken."""
    asked, done = (revise(database, quota, officer, amount, on) for officer in (BUREAU, SECOND))
    assert isinstance(asked, Revised)
    assert isinstance(done, Revised)
    assert asked.awaiting
    assert not done.awaiting
    return done.quota


def faults(refusal: object) -> list[tuple[str, str]]:
    assert isinstance(refusal, Refusal)
    return [(fault.pointer, fault.code) for fault in refusal.faults]


def teachers(number: int, first: int = 0, **about: Any) -> list[Any]:
    return [event(name=n, programme=PROGRAMME, **about) for n in range(first, first + number)]


def test_a_pack_lays_down_a_quota_for_every_year_and_round(city: Database) -> None:
    """每年 is a quota a year, 届 one a round; each is announced once."""
    assert [quota.label for quota in quotas(city, "T08")][:3] == ["2018", "2019", "2020"]
    assert all(quota.round == quota.label for quota in quotas(city, "T10"))
    (joint,) = quotas(city, "T01")
    assert (joint.where, joint.amount, joint.unit, joint.document_no) == (
        {"talent_class": ["A", "B"]},
        100,
        None,
        "洪府发〔2018〕39号",
    )
    with city.reading() as session:
        number = session.execute(select(func.count()).select_from(QUOTA)).scalar_one()
    assert len(announced(city, QuotaDefined)) == number > 13


def test_a_dry_run_tells_and_changes_nothing(empty: Database) -> None:
    """试运行: the same changes, and an empty database afterwards."""
    tried = apply(empty, dry_run=True)
    assert {change.action for change in tried.changes} == {"added"}
    assert quotas(empty, "T01") == []
    assert [each.quota_id for each in apply(empty).changes] == [each.quota_id for each in tried.changes]


def test_a_pack_applied_twice_changes_nothing(city: Database) -> None:
    """The second time there is no change, no event, and the same rows."""
    before = [quota.model_dump() for quota in quotas(city, "T08")]
    assert apply(city).changes == []
    assert [quota.model_dump() for quota in quotas(city, "T08")] == before
    assert announced(city, QuotaRevised) == []


def test_a_changed_amount_in_a_pack_is_a_revision(city: Database) -> None:
    """The pack says 6 where it said 5: each year's quota is revised, and says which milestones hold now."""
    tell(city, *(event(name=n, programme="skill-master-studios") for n in range(5)))
    (change, *_) = apply(city, edited("T08", amount=6)).changes
    assert (change.action, change.detail.en) == ("changed", "amount 5 → 6")
    revision = next(each for each in announced(city, QuotaRevised) if each.period_label == "2019")
    assert (revision.amount_before, revision.amount, revision.value) == (5, 6, 5)
    assert revision.rebased == [25, 50, 75]
    assert progress(city, "T08", "2019").completion_percent == "83.3"
    assert len(told(city, "T08")) == 5


def test_another_wording_is_no_revision(city: Database) -> None:
    """A corrected sentence changes the sentence: no milestone is measured anew, nothing is announced."""
    (change,) = apply(city, edited("T01", wording_zh="聚集一百名")).changes
    (quota,) = quotas(city, "T01")
    assert (change.differs, quota.wording_zh, quota.version, quota.generation) == (("wording_zh",), "聚集一百名", 2, 1)
    assert announced(city, QuotaRevised) == []


def test_other_classes_are_counted_anew(city: Database) -> None:
    """Who counts is decided otherwise: figures follow at once, and before was as it was known before."""
    tell(city, *(event(name=n, classes={"talent_class": each}) for n, each in enumerate("ABB")))
    assert progress(city, "T01").value == 3
    before = clock.now()
    apply(city, edited("T01", where={"talent_class": ["A"]}))
    assert (progress(city, "T01").value, progress(city, "T01").gross) == (1, 1)
    assert progress(city, "T01", past=True, known_at=clock.now()).value == 1
    assert progress(city, "T01", past=True, known_at=before).value == 3
    apply(city, edited("T01"))
    assert progress(city, "T01").value == 3


@pytest.mark.parametrize(
    ("code", "changes", "fault"),
    [
        ("T01", {"programmes": ["no-such-programme"], "where": {}}, ("/quotas/0/programmes/0", "unknown_programme")),
        ("T01", {"unit": "no-such-unit"}, ("/quotas/0/unit", "unknown_unit")),
        ("T01", {"amount": 10**12}, ("/quotas/0/amount", "too_great")),
        (
            "T08",
            {"period": {"kind": "annual", "first_year": 1, "last_year": 9999, "basis": "inferred"}},
            ("/quotas/7/period", "year"),
        ),
        ("T01", {"wording_zh": "\x00"}, ("", "control_character")),
    ],
)
def test_a_broken_pack_changes_nothing(
    empty: Database, code: str, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    """A reference that does not hold, a number nobody means: named, and nothing is put in force."""
    with empty.writing() as session:
        (outcome,) = policy.apply(session, [Proposed(edited(code, **changes), dry_run=False)], BUREAU)
    assert faults(outcome) == [fault]
    assert quotas(empty, "T02") == []


def test_two_documents_cannot_ask_for_the_same(city: Database) -> None:
    """Another document with a quota for the same programme and time is refused until one of them ends."""
    pack = nanchang().model_copy(update={"document": nanchang().document.model_copy(update={"number": "X〔2020〕1号"})})
    with city.writing() as session:
        (outcome,) = policy.apply(session, [Proposed(pack, dry_run=True)], BUREAU)
    assert ("/quotas/0/period", "overlaps") in faults(outcome)


def test_a_quota_of_the_bureaus_own_finds_who_is_registered(city: Database) -> None:
    """自定目标: what was registered before counts, as known then; milestones already held are told to nobody."""
    tell(city, *teachers(8), event("revoked", "gone", programme=PROGRAMME))
    quota = define(city, amount=10, period={"start": "2019-01-01", "end": "2019-12-31"})
    found = progress(city, PROGRAMME)
    assert (found.quota_id, found.value, found.gross, found.period.label) == (quota.id, 8, 9, "2019")
    assert [each.state for each in found.milestones] == ["reached"] * 3 + ["pending"] * 2
    assert (found.milestones[0].reached_on, found.measure_word) == (date(2019, 3, 1), "名")
    assert progress(city, PROGRAMME, past=True, known_at=datetime.fromisoformat("2019-01-01T00:00:00Z")).value == 0
    assert told(city, PROGRAMME) == announced(city, MilestoneReached) == []
    tell(city, *teachers(2, first=8))
    assert told(city, PROGRAMME) == [(90, "reached"), (100, "reached")]


def test_losing_a_milestone_nobody_heard_of_is_silent(city: Database) -> None:
    """What was found held at definition and never told cannot fall back; reached later, it is told as reached."""
    tell(city, *teachers(10))
    define(city, amount=10)
    tell(city, event("revoked", 0, 2, programme=PROGRAMME))
    assert announced(city, MilestoneFallenBack) == []
    tell(city, *teachers(1, first=10))
    assert told(city, PROGRAMME) == [(100, "reached")]


def test_units_have_quotas_of_their_own(city: Database) -> None:
    """A unit's own quota stands in for its contribution; the others contribute."""
    tell(city, *teachers(2), *teachers(1, first=2, reporting_unit="xihu"))
    define(city, amount=4)
    define(city, amount=2, unit="donghu")
    own, part = (progress(city, PROGRAMME, unit=unit) for unit in ("donghu", "xihu"))
    assert (own.value, own.amount, own.completion_percent, own.status) == (2, 2, "100.0", "attained")
    assert (part.value, part.amount, part.status) == (1, None, "no_amount")


def test_an_amount_of_nothing_has_no_milestones_and_no_completion(city: Database) -> None:
    """目标为零: shown as no amount, never as 0 % or as infinite."""
    define(city, amount=0, period={"start": "2019-01-01", "end": "2019-12-31"})
    tell(city, *teachers(3))
    found = progress(city, PROGRAMME)
    assert (found.value, found.completion_percent, found.status, found.pace) == (3, None, "no_amount", None)
    assert (found.milestones, found.remaining, told(city, PROGRAMME)) == ([], None, [])


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
        (outcome,) = decisions.define(session, [NewQuota.model_validate(usual | wanted)], BUREAU)
    assert faults(outcome) == [fault]
    assert quotas(city, PROGRAMME) == []


def craftsmen_of(database: Database) -> dict[str, int]:
    """A craftsman of November 2019: in which round one counts."""
    tell(database, event(programme="hongcheng-craftsmen", counted_on=date(2019, 11, 8)))
    return {
        quota.label: progress(database, "T10", quota.label, on=date(2030, 1, 1)).value
        for quota in quotas(database, "T10")
    }


def test_d05_the_round_record_decides(empty: Database) -> None:
    """D05: {2017–18, 2019–20} as well as {2018–19, 2020–21}: no arithmetic on years, nor two sets of rounds at once."""
    spans = [
        {"label": f"{year}-{year + 1}", "start": f"{year}-01-01", "end": f"{year + 1}-12-31", "basis": "operator_set"}
        for year in (2017, 2019)
    ]
    odd_years = edited("T10", period={"kind": "rounds", "rounds": spans})
    apply(empty, odd_years)
    assert craftsmen_of(empty) == {"2017-2018": 0, "2019-2020": 1}
    with empty.writing() as session:
        (other_rounds,) = policy.apply(session, [Proposed(nanchang(), dry_run=False)], BUREAU)
    assert {code for _, code in faults(other_rounds)} == {"overlaps"}


def test_d05_rounds_as_the_document_is_read(city: Database) -> None:
    assert craftsmen_of(city) | {"2018-2019": 1, "2020-2021": 0} == craftsmen_of(city)


def test_an_amount_of_the_bureaus_beside_a_plain_count(city: Database) -> None:
    """N03 only counts these teachers: an amount of the bureau's is in its way as little when the pack comes again."""
    define(city, amount=10, period={"start": "2026-01-01", "end": "2026-12-31"})
    assert apply(city).changes == []


def test_overlapping_quotas_in_one_breath(city: Database) -> None:
    """Two requests gathered in one commit are still one after the other."""
    new = NewQuota.model_validate({"programme": PROGRAMME, "amount": 10, "period": {"start": "2019-01-01"}})
    later = new.model_copy(update={"unit": "donghu"})
    with city.writing() as session:
        first, second, third = decisions.define(session, [new, new, later], BUREAU)
    assert isinstance(first, Quota)
    assert faults(second) == [("/period", "overlaps")]
    assert isinstance(third, Quota)


def test_a_revision_takes_two_officers(city: Database) -> None:
    """The first call and its repetition change nothing; another officer's same call completes it."""
    quota = define(city, amount=200)
    for caller in (BUREAU, BUREAU):
        asked = revise(city, quota, caller, 220)
        assert isinstance(asked, Revised)
        assert (asked.awaiting, asked.quota.amount) == (True, 200)
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
    tell(city, *teachers(200))
    assert [percent for percent, _ in told(city, PROGRAMME)] == [25, 50, 75, 90, 100]
    revised(city, quota, 220, "2019-07-01")
    (revision,) = announced(city, QuotaRevised)
    assert (revision.amount_before, revision.amount, revision.value) == (200, 220, 200)
    assert (revision.rebased, revision.effective_on) == ([25, 50, 75, 90], date(2019, 7, 1))
    found = progress(city, PROGRAMME)
    assert (found.completion_percent, found.milestones[-1].state) == ("90.9", "pending")
    assert progress(city, PROGRAMME, past=True, on=date(2019, 6, 30)).amount == 200
    assert progress(city, PROGRAMME, past=True, on=date(2019, 7, 1)).amount == 220
    assert len(told(city, PROGRAMME)) == 5
    tell(city, *teachers(20, first=200))
    assert told(city, PROGRAMME)[5:] == [(100, "reached")]
    assert announced(city, MilestoneReached)[-1].generation == 2


def test_a_target_lowered_fires_no_false_milestone(city: Database) -> None:
    """200 → 100 with 120 there: nothing is reached thereby; but the revision said what holds, so losing it is news."""
    quota = define(city, amount=200)
    tell(city, *teachers(120))
    before = told(city, PROGRAMME)
    revised(city, quota, 100)
    assert told(city, PROGRAMME) == before
    assert announced(city, QuotaRevised)[0].rebased == [25, 50, 75, 90, 100]
    tell(city, *teachers(1, first=120))
    assert told(city, PROGRAMME) == before
    tell(city, *(event("revoked", n, 2, programme=PROGRAMME) for n in range(22)))
    assert told(city, PROGRAMME)[len(before) :] == [(100, "fallen_back")]


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
    tell(city, *teachers(6))
    found = progress(city, PROGRAMME)
    assert (found.status, found.completion_percent) == ("exceeded", "100.0")


def test_c20_c22_more_than_the_amount(city: Database) -> None:
    """C20, C22: exactly the amount is 100 % and not attained; one more is."""
    define(city, amount=40, comparison="more_than")
    tell(city, *teachers(40))
    found = progress(city, PROGRAMME)
    assert (found.status, found.remaining) == ("short", 1)
    tell(city, *teachers(1, first=40))
    assert progress(city, PROGRAMME).status == "attained"


def test_the_city_pool_has_no_amount_for_a_unit(city: Database) -> None:
    """E11: T13 is pooled over the city; a unit shows its contribution, not a completion."""
    tell(city, *(event(name=n, programme="public-welfare-posts", subject_kind="post") for n in range(3)))
    part = progress(city, "T13", unit="donghu")
    assert (part.city_pool, part.value, part.amount, part.completion_percent) == (True, 3, None, None)


def test_no_event_holds_anything_personal(city: Database) -> None:
    """What leaves the service names quotas and counts, never a registration or a subject."""
    about = teachers(10)
    define(city, amount=10)
    tell(city, *about)
    with city.reading() as session:
        bodies = b"".join(session.execute(select(outbox.c.body)).scalars())
    for each in about:
        assert str(each.subject_ref).encode() not in bodies
        assert str(each.registration_id).encode() not in bodies


def test_quotas_keep_their_terms(city: Database) -> None:
    """What is read back from a row is what was decided."""
    (quota,) = quotas(city, "T05")
    terms = quota.terms()
    assert (terms.programmes, terms.comparison, terms.tolerance_percent) == (("overseas-talent",), "about", 10)
    quota.decide(replace(terms, amount=7))
    assert quota.terms() == replace(terms, amount=7)
