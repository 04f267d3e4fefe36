"""Policy packs: compared, applied, and refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from services.quota.policy.commands import applying as policy
from services.quota.policy.commands.applying import ProposedPack
from services.quota.quotas.models import QUOTA
from shared import clock
from shared.contracts.quota import QuotaDefined, QuotaRevised
from shared.db import Database
from shared.operations import Call
from tests.quota.given import BUREAU, announced, apply, crossings, deliver, event, nanchang, progress
from tests.quota.policy.decided import edited, faults, quotas


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
    deliver(city, *(event(name=n, programme="skill-master-studios") for n in range(5)))
    (change, *_) = apply(city, edited("T08", amount=6)).changes
    assert (change.action, change.detail.en) == ("changed", "amount 5 → 6")
    revision = next(each for each in announced(city, QuotaRevised) if each.period_label == "2019")
    assert (revision.amount_before, revision.amount, revision.value) == (5, 6, 5)
    assert revision.rebased == [25, 50, 75]
    assert progress(city, "T08", "2019").completion_percent == "83.3"
    assert len(crossings(city, "T08")) == 5


def test_another_wording_is_no_revision(city: Database) -> None:
    """A corrected sentence changes the sentence: no milestone is measured anew, nothing is announced."""
    (change,) = apply(city, edited("T01", wording_zh="聚集一百名")).changes
    (quota,) = quotas(city, "T01")
    assert (change.differs, quota.wording_zh, quota.version, quota.generation) == (("wording_zh",), "聚集一百名", 2, 1)
    assert announced(city, QuotaRevised) == []


def test_other_classes_are_counted_anew(city: Database) -> None:
    """Who counts is decided otherwise: figures follow at once, and before was as it was known before."""
    deliver(city, *(event(name=n, classes={"talent_class": each}) for n, each in enumerate("ABB")))
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
    ],
)
def test_a_broken_pack_changes_nothing(
    empty: Database, code: str, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    """A reference that does not hold is named, and nothing is put in force."""
    with empty.writing() as session:
        (outcome,) = policy.apply(session, [Call(ProposedPack(edited(code, **changes), dry_run=False), BUREAU)])
    assert faults(outcome) == [fault]
    assert quotas(empty, "T02") == []


def test_two_documents_cannot_ask_for_the_same(city: Database) -> None:
    """Another document with a quota for the same programme and time is refused until one of them ends."""
    pack = nanchang().model_copy(update={"document": nanchang().document.model_copy(update={"number": "X〔2020〕1号"})})
    with city.writing() as session:
        (outcome,) = policy.apply(session, [Call(ProposedPack(pack, dry_run=True), BUREAU)])
    assert ("/quotas/0/period", "overlaps") in faults(outcome)


def craftsmen_of(database: Database) -> dict[str, int]:
    """A craftsman of November 2019: in which round one counts."""
    deliver(database, event(programme="hongcheng-craftsmen", counted_on=date(2019, 11, 8)))
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
        (other_rounds,) = policy.apply(session, [Call(ProposedPack(nanchang(), dry_run=False), BUREAU)])
    assert {code for _, code in faults(other_rounds)} == {"overlaps"}


def test_d05_rounds_as_the_document_is_read(city: Database) -> None:
    assert craftsmen_of(city) | {"2018-2019": 1, "2020-2021": 0} == craftsmen_of(city)


def test_the_city_pool_has_no_amount_for_a_unit(city: Database) -> None:
    """E11: T13 is pooled over the city; a unit shows its contribution, not a completion."""
    deliver(city, *(event(name=n, programme="public-welfare-posts", subject_kind="post") for n in range(3)))
    part = progress(city, "T13", unit="donghu")
    assert (part.city_pool, part.value, part.amount, part.completion_percent) == (True, 3, None, None)


def test_quotas_keep_their_terms(city: Database) -> None:
    """What is read back from a row is what was decided."""
    (quota,) = quotas(city, "T05")
    terms = quota.terms()
    assert (terms.programmes, terms.comparison, terms.tolerance_percent) == (("overseas-talent",), "about", 10)
    quota.decide(replace(terms, amount=7))
    assert quota.terms() == replace(terms, amount=7)
