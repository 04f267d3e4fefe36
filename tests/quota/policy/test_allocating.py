"""Allocation: the city's amount split to units, split again, and what no unit was given."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.quota.figures.queries import progress as progress_
from services.quota.figures.schemas.progress import ProgressQuery, ProgressRead
from services.quota.policy.commands import allocating as allocation
from services.quota.policy.commands import applying as policy
from services.quota.policy.commands.allocating import WantedAllocation
from services.quota.policy.commands.applying import ProposedPack
from services.quota.policy.schemas import AllocationRead, NewAllocation
from services.quota.quotas.models import Quota
from shared import clock
from shared.auth import Role
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import QuotaDefined, QuotaRevised
from shared.db import Database
from shared.operations import Call
from shared.problems import Refusal
from tests.quota.conftest import Site
from tests.quota.given import BUREAU, announced, apply, crossings, define, event, nanchang
from tests.quota.given import deliver as deliver_
from tests.quota.policy.decided import edited, faults, quotas, revised

PROGRAMME = "dual-qualified-teachers"
YEAR = {"start": "2019-01-01", "end": "2019-12-31"}


def deliver(database: Database, number: int, unit: str, first: int = 0) -> None:
    heads = [(unit, n) for n in range(first, first + number)]
    deliver_(database, *(event(name=each, programme=PROGRAMME, reporting_unit=unit) for each in heads))


def split(database: Database, quota: Quota, shares: dict[str, int], **more: Any) -> AllocationRead | Refusal:
    wanted = WantedAllocation(quota.id, NewAllocation.model_validate({"shares": shares} | more))
    with database.writing() as session:
        (outcome,) = allocation.allocate(session, [Call(wanted, BUREAU)])
    return outcome


def given(outcome: AllocationRead | Refusal) -> dict[str, int]:
    assert isinstance(outcome, AllocationRead)
    return {share.unit: share.amount for share in outcome.shares} | {"": outcome.unallocated}


def rows(database: Database, **named: Any) -> dict[str | None, ProgressRead]:
    """The progress of the programme by unit; None is the city."""
    usual: dict[str, Any] = {"on": date(2019, 12, 31), "known_at": datetime(2030, 1, 1, tzinfo=UTC), "past": False}
    wanted = ProgressQuery(**usual | named, programme=PROGRAMME)
    with database.reading() as session:
        found = progress_.progress(session, wanted)
    return {row.unit: ProgressRead.of(row, wanted, 0, "zh") for row in found if row.quota.code == PROGRAMME}


def test_a_split_gives_units_their_own_completion_and_shows_the_rest(city: Database) -> None:
    """任务分解: what counts already counts for the share, silently; what is left is 未分解; others only contribute."""
    quota = define(city, amount=100, period=YEAR)
    deliver(city, 30, "donghu")
    deliver(city, 5, "anyi")
    before = crossings(city, PROGRAMME)
    assert rows(city)[None].unallocated is None
    assert given(split(city, quota, {"donghu": 40, "xihu": 35})) == {"donghu": 40, "xihu": 35, "": 25}
    found = rows(city)
    assert (found[None].unallocated, found[None].value, found[None].completion_percent) == (25, 35, "35.0")
    assert (found["donghu"].value, found["donghu"].completion_percent, found["donghu"].unallocated) == (
        30,
        "75.0",
        None,
    )
    assert (found["xihu"].value, found["xihu"].completion_percent) == (0, "0.0")
    assert crossings(city, PROGRAMME) == before
    assert [each.unit for each in announced(city, QuotaDefined)[-2:]] == ["donghu", "xihu"]
    contribution = rows(city, unit="anyi")["anyi"]
    assert (contribution.value, contribution.amount, contribution.completion_percent) == (5, None, None)
    assert rows(city, unit="donghu")["donghu"].amount == 40
    deliver(city, 6, "donghu", first=30)
    assert crossings(city, PROGRAMME)[len(before) :] == [
        (90, "reached")
    ]  # of the unit; the city's 41 of 100 is no milestone


def test_a_second_split_revises_what_differs_and_fires_no_false_milestone(city: Database) -> None:
    """重新分解: more, less, none and new; milestones are measured anew and silently, past figures keep their amount."""
    quota = define(city, amount=100, period=YEAR)
    deliver(city, 20, "donghu")
    split(city, quota, {"donghu": 40, "xihu": 30, "anyi": 10})
    before = crossings(city, PROGRAMME)
    again = split(
        city, quota, {"donghu": 20, "xihu": 30, "wanli": 5}, effective_on="2019-07-01", document_no="X〔2019〕9号"
    )
    assert given(again) == {"donghu": 20, "xihu": 30, "wanli": 5, "": 45}
    changed = {each.unit: (each.amount_before, each.amount, each.rebased) for each in announced(city, QuotaRevised)}
    assert changed == {"donghu": (40, 20, [25, 50, 75, 90, 100]), "anyi": (10, 0, [])}
    assert {each.document_no for each in announced(city, QuotaRevised)} == {"X〔2019〕9号"}
    assert crossings(city, PROGRAMME) == before
    assert sorted(str(unit) for unit in rows(city)) == ["None", "donghu", "wanli", "xihu"]
    june, july = (rows(city, past=True, on=date(2019, 6 + n, 30)) for n in (0, 1))
    assert {unit: row.amount for unit, row in june.items()} == {None: 100, "donghu": 40, "xihu": 30, "anyi": 10}
    assert {unit: row.amount for unit, row in july.items()} == {None: 100, "donghu": 20, "xihu": 30, "wanli": 5}
    assert (june[None].unallocated, july[None].unallocated) == (20, 45)
    assert given(split(city, quota, {"donghu": 20, "xihu": 30, "wanli": 5})) == given(again)
    assert len(announced(city, QuotaRevised)) == 2  # the same once more is no change


def test_a_unit_whose_share_was_taken_back_contributes_and_may_have_one_again(city: Database) -> None:
    quota = define(city, amount=100, period=YEAR)
    split(city, quota, {"donghu": 40, "xihu": 1})
    split(city, quota, {"xihu": 1})
    assert rows(city, unit="donghu")["donghu"].amount is None
    assert given(split(city, quota, {"donghu": 7, "xihu": 1})) == {"donghu": 7, "xihu": 1, "": 92}


def test_more_than_there_is_takes_a_confirmation(city: Database) -> None:
    """超额分解: refused, naming by how much and what is free; confirmed, the rest is negative."""
    quota = define(city, amount=100, period=YEAR)
    split(city, quota, {"donghu": 60})
    refused = split(city, quota, {"donghu": 60, "xihu": 50})
    assert faults(refused) == [("/shares", "over_allocated")]
    assert isinstance(refused, Refusal)
    problem = refused.problem("zh")
    assert (problem["type"], problem["over"], problem["free"]) == ("/problems/over-allocated", 10, 40)
    assert "尚未分解 40" in problem["detail"]
    assert given(split(city, quota, {"donghu": 50, "xihu": 50})) == {"donghu": 50, "xihu": 50, "": 0}
    assert given(split(city, quota, {"donghu": 60, "xihu": 50}, confirmed=True))[""] == -10


def test_the_rest_follows_the_citys_amount(city: Database) -> None:
    """目标调整: shares keep their amounts, the remainder moves, below nothing if need be; nobody is put out."""
    quota = define(city, amount=100, period=YEAR)
    split(city, quota, {"donghu": 60})
    revised(city, quota, 120)
    assert rows(city)[None].unallocated == 60
    revised(city, quota, 50)
    assert (rows(city)[None].unallocated, rows(city)["donghu"].amount) == (-10, 60)


def test_what_cannot_be_split(city: Database) -> None:
    """Each fault is named where it is, and nothing is given."""
    period = {"start": "2021-01-01", "end": "2021-12-31"}
    quota = define(city, amount=100, period=period)
    define(city, amount=3, period=period, unit="xihu")
    split(city, quota, {"donghu": 2}, effective_on="2021-02-01")
    assert faults(split(city, quota, {"nowhere": 1, "wanli": 1, "xihu": 1})) == [
        ("/shares/nowhere", "unknown_unit"),
        ("/shares/wanli", "unit_not_valid"),  # until 2020-06-27
        ("/shares/xihu", "has_an_amount"),
    ]
    for day, code in (
        ("2020-12-31", "before_quota"),
        ("2021-01-31", "before_last_revision"),
        ("2099-01-01", "in_the_future"),
    ):
        assert faults(split(city, quota, {"donghu": 1}, effective_on=day)) == [("/effective_on", code)]
    assert given(split(city, quota, {"donghu": 2})) == {"donghu": 2, "": 98}


def test_e11_a_city_pool_is_split_to_nobody_and_neither_is_a_share_or_a_count(city: Database) -> None:
    """E11: 全市统筹; only the city's amount can be split, and only where there is one."""
    (pool,) = quotas(city, "T13")
    quota = define(city, amount=100, period=YEAR)
    split(city, quota, {"donghu": 60})
    (share,) = [each for each in quotas(city, PROGRAMME) if each.parent_id]
    (count,) = quotas(city, "N04")
    slugs = []
    for each in (pool, share, count, Quota(**quota.model_dump() | {"id": UUID(int=1)})):
        outcome = split(city, each, {"donghu": 1})
        assert isinstance(outcome, Refusal)
        slugs.append(outcome.slug)
    assert slugs == ["city-pool", "not-the-citys", "nothing-to-split", "not-found"]


def test_a_share_of_about_is_a_goal_and_a_share_of_a_cap_is_a_cap(city: Database) -> None:
    """名额分配: a cap's shares limit their units; 左右 words the city's amount, not a unit's."""
    for kind, wording in (("goal", {"comparison": "about"}), ("cap", {})):
        year = 2019 if kind == "goal" else 2020
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        split(city, define(city, amount=100, kind=kind, period=period, **wording), {"donghu": 10})
    shares = [each for each in quotas(city, PROGRAMME) if each.parent_id]
    assert [(each.kind, each.comparison, each.terms().places) for each in shares] == [
        ("goal", "at_least", None),
        ("cap", "at_least", 10),
    ]


def test_a_pack_and_a_split_are_not_in_each_others_way(city: Database) -> None:
    """Applied again, a pack changes nothing; shares follow its terms; it lays down no amount beside a share."""
    (quota, *_) = quotas(city, "T08")
    split(city, quota, {"donghu": 3}, document_no="洪府发〔2018〕39号")
    assert apply(city).changes == []
    apply(city, edited("T08", milestones=[50, 100]))
    (share,) = [each for each in quotas(city, "T08") if each.parent_id]
    assert (share.milestones, share.amount, share.unit, share.generation) == ([50, 100], 3, "donghu", 2)
    content = nanchang().model_dump(mode="json")
    studios = next(each for each in content["quotas"] if each["code"] == "T08")
    content["quotas"].append(studios | {"code": "U08", "unit": "donghu", "amount": 1})
    with city.writing() as session:
        (refused,) = policy.apply(session, [Call(ProposedPack(PolicyPack.model_validate(content), True), BUREAU)])
    assert [code for _, code in faults(refused)] == ["overlaps"]


def test_over_http(site: Site) -> None:
    """By one officer: the contract asks for two where the city's amount changes, not where it is split."""
    body = {"programme": PROGRAMME, "amount": 10, "period": YEAR}
    quota = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", body).json()["id"]
    path = f"/v1/quotas/{quota}/allocation"
    answer = site.ask(Role.BUREAU_OFFICER, "POST", path, {"shares": {"donghu": 4, "xihu": 4}})
    assert (answer.status_code, answer.json()["unallocated"], answer.json()["allocated"]) == (200, 2, 8)
    assert site.get(path).json() == answer.json()
    share = answer.json()["shares"][0]
    assert (share["effective_on"], site.get(f"/v1/quotas/{share['quota_id']}").json()["parent_id"]) == (
        "2019-01-01",
        quota,
    )
    again = site.ask(Role.BUREAU_OFFICER, "POST", path, {"shares": {"donghu": 5, "xihu": 4}}).json()
    assert again["shares"][0]["effective_on"] == str(clock.today())
    for wrong in ({"donghu": -1}, {"donghu": 1.5}, {"DONGHU": 1}, {}):
        assert site.ask(Role.BUREAU_OFFICER, "POST", path, {"shares": wrong}).status_code == 422
    tomorrow = str(clock.today() + timedelta(days=1))
    late = site.ask(Role.BUREAU_OFFICER, "POST", path, {"shares": {"donghu": 5}, "effective_on": tomorrow})
    assert late.json()["errors"][0]["pointer"] == "/effective_on"
    too_much = site.ask(Role.BUREAU_OFFICER, "POST", path, {"shares": {"donghu": 12}})
    assert (too_much.status_code, too_much.json()["free"]) == (409, 1)
    assert site.get("/v1/quotas/11111111-1111-5111-8111-111111111111/allocation").status_code == 404
