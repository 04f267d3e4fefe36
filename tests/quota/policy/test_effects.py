"""影响预告: whoever lays down or revises an amount is shown what it will change, before it takes effect."""

from typing import Any

from shared.contracts.quota import QuotaDefined
from tests.quota.conftest import Site
from tests.quota.given import announced, deliver, event
from tests.quota.policy.decided import quotas

YOUTH, TEACHERS = "youth-intake", "dual-qualified-teachers"
YEAR = {"start": "2019-01-01", "end": "2019-12-31"}
CAP = {"programme": YOUTH, "unit": "donghu", "kind": "cap", "amount": 2, "period": YEAR}


def said(answer: Any) -> dict[str, tuple[str, int | None]]:
    return {each["code"]: (each["detail"], each["count"]) for each in answer.json()["effects"]}


def there(site: Site, recognised: int, submitted: int, programme: str = YOUTH) -> None:
    """Registrations of one unit, and one of another that no limit of the first concerns."""
    deliver(site.database, *(event(name=n, programme=programme) for n in range(recognised)))
    waiting: dict[str, Any] = {"programme": programme, "counted_on": None}
    deliver(site.database, *(event("submitted", ("s", n), **waiting) for n in range(submitted)))
    deliver(site.database, event("submitted", "elsewhere", **waiting, reporting_unit="xihu"))


def test_v02_a_limit_is_tried_before_it_is_laid_down(site: Site) -> None:
    """Which workflow changes, for whom, how many wait, how far it is exceeded at once; and nothing is there yet."""
    there(site, recognised=3, submitted=4)
    before = announced(site.database, QuotaDefined)
    tried = site.ask("bureau", "POST", "/v1/quotas?dry_run=true", CAP)
    assert tried.status_code == 200, tried.text
    effects = said(tried)
    assert list(effects) == ["counted", "limited", "submission_asks", "unrecognised", "exceeded"]
    assert effects["counted"] == (
        "“东湖区 · 优秀青年人才在昌创业就业（2019年）”目标任务为2，已认定的登记现有3计入", 3,
    )  # fmt: skip
    assert "其他单位、期间不受影响" in effects["limited"][0]
    assert "优秀青年人才在昌创业就业" in effects["submission_asks"][0]
    assert (effects["unrecognised"][1], effects["exceeded"][1]) == (4, 1)
    assert (quotas(site.database, YOUTH), announced(site.database, QuotaDefined)) == ([], before)
    laid_down = site.ask("bureau", "POST", "/v1/quotas", CAP)
    assert (laid_down.status_code, said(laid_down)) == (201, effects)
    assert len(quotas(site.database, YOUTH)) == 1
    refused = site.ask("bureau", "POST", "/v1/quotas?dry_run=true", CAP)
    assert refused.json()["type"] == "/problems/periods-overlap"


def test_v02_a_revision_says_so_to_the_first_officer_and_to_the_second(site: Site) -> None:
    """From 5 to 1, and an amount of none lifts the limit, beside which nobody moves up by himself."""
    there(site, recognised=2, submitted=1, programme=TEACHERS)
    about = {"programme": TEACHERS, "comparison": "about", "amount": 5, "period": YEAR}
    quota = site.ask("bureau", "POST", "/v1/quotas", about).json()
    codes = [each["code"] for each in quota["effects"]]
    assert codes == ["counted", "limited", "recognition_asks", "unrecognised", "places_left"]
    lowered = {"amount": 1, "effective_on": "2019-06-01", "document_no": "测〔2019〕2号"}
    path = f"/v1/quotas/{quota['id']}/revisions"
    first, second = (site.ask(name, "POST", path, lowered) for name in ("bureau", "bureau-2"))
    assert (first.status_code, first.json()["amount"], second.status_code, second.json()["amount"]) == (202, 5, 200, 1)
    assert said(first) == said(second)
    assert {code: count for code, (_, count) in said(first).items()} == {
        "counted": 2,
        "places_changed": 1,
        "exceeded": 1,
    }
    seat = {"programme": TEACHERS, "subject_ref": quota["id"], "registration_id": quota["id"], "on": "2019-07-01"}
    assert (
        site.ask("bureau", "POST", "/v1/seats", seat | {"reporting_unit": "donghu", "classes": {}}).status_code == 409
    )
    lifted = lowered | {"amount": 0, "effective_on": "2019-07-01"}
    effects = said(site.ask("bureau", "POST", path, lifted))
    assert {code: count for code, (_, count) in effects.items()} == {"counted": 2, "unlimited": None, "waiting": 1}


def test_v02_a_revision_is_tried_shown_to_the_second_officer_and_taken_back(site: Site) -> None:
    """Tried, nothing waits; asked for, another sees what and by whom; taken back, the amount is as before."""
    quota = site.ask("bureau", "POST", "/v1/quotas", {"programme": TEACHERS, "amount": 5, "period": YEAR}).json()
    path, wanted = f"/v1/quotas/{quota['id']}/revisions", {"amount": 9, "effective_on": "2019-06-01"}
    wanted |= {"document_no": "测〔2019〕2号"}
    tried = site.ask("bureau", "POST", f"{path}?dry_run=true", wanted)
    assert (tried.status_code, tried.json()["amount"], list(said(tried))) == (200, 5, ["counted"])
    assert site.ask("bureau", "GET", f"{path}/awaited").status_code == 404
    assert site.ask("bureau", "DELETE", f"{path}/awaited").status_code == 404
    site.ask("bureau", "POST", path, wanted)
    awaited = site.ask("bureau-2", "GET", f"{path}/awaited").json()
    assert {name: awaited.pop(name) for name in wanted} == wanted
    assert (awaited["amount_before"], awaited["by"], awaited["void"]) == (5, "bureau", False)
    tried = site.ask("bureau-2", "POST", f"{path}?dry_run=true", wanted)
    assert tried.json()["amount"] == 5
    assert site.ask("bureau-2", "DELETE", f"{path}/awaited").json()["amount"] == 5
    assert site.ask("bureau-2", "POST", path, wanted).status_code == 202
    assert [each["amount"] for each in site.ask("bureau", "GET", path).json()["items"]] == [5]


def test_v02_a_goal_changes_no_workflow_and_says_so_in_english_too(site: Site) -> None:
    there(site, recognised=1, submitted=1, programme=TEACHERS)
    goal = {"programme": TEACHERS, "amount": 5, "period": YEAR}
    answer = site.ask("bureau", "POST", "/v1/quotas?dry_run=true", goal, headers={"Accept-Language": "en"})
    assert said(answer) == {
        "counted": (
            "Dual-qualification teachers, the whole city (2019): the amount is 5, and 1 that are recognised count at "
            "once",
            1,
        )
    }


def test_v02_shares_of_a_cap_say_by_unit_what_they_limit(site: Site) -> None:
    """Tried, and split; a goal's shares limit nobody, and say nothing."""
    there(site, recognised=3, submitted=2, programme=TEACHERS)
    cap = {"programme": TEACHERS, "kind": "cap", "amount": 10, "period": YEAR}
    path = f"/v1/quotas/{site.ask('bureau', 'POST', '/v1/quotas', cap).json()['id']}/allocation"
    shares = {"shares": {"donghu": 2, "xihu": 5}}
    tried = site.ask("bureau", "POST", f"{path}?dry_run=true", shares)
    assert tried.status_code == 200, tried.text
    counts = {unit: {each["code"]: each["count"] for each in some} for unit, some in tried.json()["effects"].items()}
    assert counts == {
        "donghu": {"counted": 3, "limited": 2, "recognition_asks": None, "unrecognised": 2, "exceeded": 1},
        "xihu": {"counted": 0, "limited": 5, "recognition_asks": None, "unrecognised": 1, "places_left": 5},
    }
    assert site.ask("bureau", "GET", path).json()["shares"] == []
    done = site.ask("bureau", "POST", path, shares)
    assert (done.json()["effects"], done.json()["allocated"]) == (tried.json()["effects"], 7)
    assert "effects" not in site.ask("bureau", "POST", path, shares).json()
