"""Quotas in the portal: every decision is seen before it is done, by two officers where the contract says so."""

from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

ID = "01a221cd-54f3-75bc-ad17-94fa6aa951d1"
PAGE, API = f"/admin/quotas/{ID}", f"/v1/quotas/{ID}"
QUOTA: dict[str, Any] = {
    "id": ID, "code": "T08", "programme": "youth-intake", "unit": None, "kind": "goal", "comparison": "at_least",
    "amount": 1000, "amount_max": None, "tolerance_percent": 0, "measure": "net_cumulative",
    "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
    "milestones": [50, 100], "clause": "", "wording_zh": "青年人才<i>", "wording_en": "Young people",
    "document_no": "测〔2018〕39号", "parent_id": None, "generation": 1, "version": 3, "awaiting": None,
}  # fmt: skip
AMOUNTS = [{"generation": 1, "amount": 1000, "effective_on": "2019-01-01", "document_no": "测〔2018〕39号",
            "known_at": "2019-01-02T01:00:00Z", "value": 7}]  # fmt: skip
SHARES = [
    {"unit": "donghu", "quota_id": ID, "amount": 300, "effective_on": "2019-01-01", "document_no": "测〔2019〕1号"}
]
SPLIT = {"amount": 1000, "allocated": 300, "unallocated": 700, "shares": SHARES}
CHANGE = {"amount": 1200, "effective_on": "2019-06-01", "document_no": "测〔2019〕2号"}
AWAITED = {**CHANGE, "amount_before": 1000, "by": "zhang", "at": "2019-06-01T02:00:00Z", "void": False}


@pytest.fixture
def officer(page: httpx.Client, city: City) -> httpx.Client:
    """A bureau officer, signed in as zhang; one quota with one share."""
    city.role = "bureau_officer"
    sign_in(page)
    city.answers |= {"/v1/quotas": [QUOTA], API: QUOTA, f"{API}/revisions": AMOUNTS, f"{API}/allocation": SPLIT}
    return page


def send(page: httpx.Client, path: str, act: str, **form: str) -> httpx.Response:
    return page.post(path, data={"csrf_token": token_in(page.get("/admin/institutions").text), "act": act, **form})


def test_quotas_are_listed_by_programme_and_unit_and_auditors_change_none(officer: httpx.Client, city: City) -> None:
    listed = officer.get("/admin/quotas?programme=youth-intake&unit=").text
    assert ("/v1/quotas", {"limit": "50", "programme": "youth-intake"}, "zh") in city.requests
    assert "青年人才&lt;i&gt;" in listed
    assert "/admin/quotas/new" in listed
    city.role = "auditor"
    sign_in(officer)
    assert "/admin/quotas/new" not in officer.get("/admin/quotas").text
    assert "/revise" not in officer.get(PAGE).text
    city.role = "leader"
    sign_in(officer)
    assert officer.get("/admin/quotas").status_code == 403
    assert "/admin" not in officer.get("/").text


def test_a_quota_is_seen_before_it_is_laid_down(officer: httpx.Client, city: City) -> None:
    city.answers["/v1/institutions"] = []
    form = {"programme": "youth-intake", "kind": "cap", "comparison": "at_least", "amount": "1,000",
            "measure": "in_stock", "period.start": "2019-01-01", "unit": "", "clause": " "}  # fmt: skip
    body = {"programme": "youth-intake", "kind": "cap", "comparison": "at_least", "amount": 1000,
            "measure": "in_stock", "period": {"start": "2019-01-01"}}  # fmt: skip
    city.answers["POST /v1/quotas"] = QUOTA | {"effects": [{"code": "x", "detail": "已有 7 人计入"}]}
    seen = send(officer, "/admin/quotas/new", "try", **form)
    assert ("已有 7 人计入" in seen.text, "2019年1月1日" in seen.text) == (True, True)
    assert city.written[-1][2] == body
    send(officer, "/admin/quotas/new", "try", programme="youth-intake")
    assert city.written[-1][2] == {"programme": "youth-intake", "period": {}}  # so that its first day is asked for
    assert city.requests[-2:] != []
    assert any(path == "/v1/quotas" and query == {"dry_run": "true"} for path, query, _ in city.requests)
    again = send(officer, "/admin/quotas/new", "edit", **form)
    assert {"name": "amount", "value": "1,000"}.items() <= next(
        each for each in Read(again.text).all("input") if each.get("name") == "amount"
    ).items()
    done = send(officer, "/admin/quotas/new", "do", **form)
    assert (done.status_code, done.headers["location"], city.requests[-1][1]) == (303, PAGE, {})
    city.problems["POST /v1/quotas"] = {
        "status": 422, "title": "x", "errors": [{"pointer": "/period/start", "detail": "起日不可识别"}],
    }  # fmt: skip
    wrong = send(officer, "/admin/quotas/new", "try", **form)
    assert (wrong.status_code, 'href="#period.start"' in wrong.text, 'value="1,000"' in wrong.text) == (422, True, True)


def test_a_revision_is_tried_asked_for_and_confirmed_by_another(officer: httpx.Client, city: City) -> None:
    city.answers["/v1/institutions"] = []
    form = {name: str(value) for name, value in CHANGE.items()}
    city.answers[f"POST {API}/revisions"] = QUOTA | {"effects": [{"code": "x", "detail": "名额由1000变为1200"}]}
    seen = send(officer, f"{PAGE}/revise", "try", **form)
    assert "名额由1000变为1200" in seen.text
    number = Read(seen.text).fields["form_id"]
    again = send(officer, f"{PAGE}/revise", "try", **form, form_id=number)  # Back, and tried anew: nothing is kept
    assert (again.status_code, number in city.written[-1][1]) == (200, False)
    assert send(officer, f"{PAGE}/revise", "do", **form, form_id=number).headers["location"] == PAGE
    assert number in city.written[-1][1]
    assert [word for word in Read(seen.text).words if word in ("1,000", "1,200")] == ["1,000", "1,200"]
    assert (f"{API}/revisions", {"dry_run": "true"}, "zh") in city.requests
    assert send(officer, f"{PAGE}/revise", "do", **form).headers["location"] == PAGE
    assert (city.written[-1][2], city.requests[-1][1]) == (CHANGE, {})
    city.answers[f"{API}/revisions/awaited"] = AWAITED
    own = officer.get(PAGE).text
    assert (f'action="{PAGE}/confirm"' in own, f'action="{PAGE}/withdraw"' in own) == (False, True)
    city.answers[f"{API}/revisions/awaited"] = AWAITED | {"by": "li"}
    other = officer.get(PAGE).text
    sent = Read(other.partition("/confirm")[2].partition("</form>")[0]).fields
    assert officer.post(f"{PAGE}/confirm", data=sent).headers["location"] == PAGE
    assert city.written[-1][2] == CHANGE
    city.answers[f"{API}/revisions/awaited"] = AWAITED | {"by": "li", "void": True}
    assert f'action="{PAGE}/confirm"' not in officer.get(PAGE).text
    city.answers[f"DELETE {API}/revisions/awaited"] = QUOTA
    assert send(officer, f"{PAGE}/withdraw", "do").headers["location"] == PAGE
    assert city.written[-1][0] == f"{API}/revisions/awaited"


def test_a_split_is_refused_where_another_officer_split_meanwhile(officer: httpx.Client, city: City) -> None:
    city.answers["/v1/institutions"] = []
    html = officer.get(f"{PAGE}/split").text
    form = Read(html).fields
    assert form["shares.donghu"] == "300"
    form |= {"shares.xihu": "200", "shares.donghu": ""}
    new = SPLIT | {"shares": [{**SHARES[0], "unit": "xihu", "amount": 200}], "allocated": 200, "unallocated": 800}
    city.answers[f"POST {API}/allocation"] = new
    seen = officer.post(f"{PAGE}/split", data=form | {"act": "try"})
    assert city.written[-1][2] == {"shares": {"xihu": 200}}
    assert [word for word in Read(seen.text).words if word in ("东湖区", "西湖区", "300", "200")] == [
        "东湖区", "300", "西湖区", "200",
    ]  # fmt: skip
    city.answers[f"{API}/allocation"] = SPLIT | {"shares": [{**SHARES[0], "amount": 310}]}
    before = len(city.written)
    late = officer.post(f"{PAGE}/split", data=form | {"act": "do"})
    assert (late.status_code, "其他人已经作了修改" in late.text, len(city.written)) == (412, True, before)
    form = Read(late.text).fields
    assert form["shares.xihu"] == "200"
    done = officer.post(f"{PAGE}/split", data=form | {"act": "do"})
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
