"""Calendar and policy in the portal: seen as a difference, asked for, confirmed by another as it was shown."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

PACK = Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml"
YEAR: dict[str, Any] = {
    "year": 2026, "source": "package", "document_no": None, "days_off": ["2026-01-01"], "days_worked": [], "version": 0,
}  # fmt: skip
DECREE = {
    "document_no": "国办发明电〔2025〕7号",
    "days_off": ["2026-01-01", "2026-01-02"],
    "days_worked": ["2026-01-04"],
}
MOVED = [{"registration_id": "01a221cd-54f3-75bc-ad17-94fa6aa951d1", "last_day_before": "2026-01-05",
          "last_day": "2026-01-06"}]  # fmt: skip
AWAITED = {**DECREE, "notices": MOVED, "by": "li", "at": "2025-11-01T00:00:00Z", "void": False}
CHANGE = {"part": "quotas", "code": "T08", "field": "amount", "before": 5, "after": 6}
PROPOSAL: dict[str, Any] = {
    "document_no": "测〔2018〕39号", "digest": "d1", "by": "li", "at": "2025-11-01T00:00:00Z", "void": False,
    "difference": [CHANGE], "pack": {"any": "pack"},
}  # fmt: skip
POLICY: dict[str, Any] = {
    "documents": [{"document_no": "测〔2018〕39号", "applied_at": "2019-01-01T00:00:00Z", "applied_by": "zhang"}],
    "proposals": [PROPOSAL], "history": [],
}  # fmt: skip
APPLIED = {"document_no": "测〔2018〕39号", "dry_run": False, "changes": [], "difference": [CHANGE]}
CALENDAR, API = "/admin/calendar/2026", "/v1/calendar/2026"


@pytest.fixture
def officer(page: httpx.Client, city: City) -> httpx.Client:
    """A bureau officer, signed in as zhang; a year by the package, a policy with a proposal."""
    city.role = "bureau_officer"
    sign_in(page)
    city.answers |= {API: YEAR, f"PUT {API}": YEAR | DECREE | {"notices": MOVED}, "/v1/policy": POLICY}
    return page


def year(page: httpx.Client) -> str:
    return page.get("/admin/calendar?year=2026").text


def test_a_decree_is_seen_before_it_is_asked_for(officer: httpx.Client, city: City) -> None:
    form = Read(year(officer)).fields | {
        "document_no": DECREE["document_no"], "days_off": "2026-01-01\r\n2026-01-02", "days_worked": "2026-01-04，",
    }  # fmt: skip
    assert form["version"] == "0"
    seen = officer.post(CALENDAR, data=form | {"act": "try"}).text
    assert ("2026年1月2日" in seen, "由 2026年1月5日 改为 2026年1月6日" in seen) == (True, True)
    assert (city.written[-1][2], city.versions[-1], city.requests[-2][1]) == (DECREE, '"0"', {"dry_run": "true"})
    done = officer.post(CALENDAR, data=form | {"act": "do"})
    assert (done.status_code, city.requests[-1][1]) == (303, {})
    city.problems[f"PUT {API}"] = {"status": 412, "title": "x"}
    late = officer.post(CALENDAR, data=form | {"act": "do"})
    assert (late.status_code, "其他人已经作了修改" in late.text, "2026-01-02" in late.text) == (412, True, True)
    fault = {"pointer": "/days_off/1", "detail": "不在这一年"}
    city.problems[f"PUT {API}"] = {"status": 422, "title": "x", "errors": [fault]}
    assert 'href="#days_off"' in officer.post(CALENDAR, data=form | {"act": "try"}).text


def test_another_officer_confirms_the_decree_that_was_shown(officer: httpx.Client, city: City) -> None:
    city.answers[f"{API}/awaited"] = AWAITED
    html = year(officer)
    sent = Read(html.partition(f'action="{CALENDAR}/confirm"')[2].partition("</form>")[0]).fields
    assert officer.post(f"{CALENDAR}/confirm", data=sent).status_code == 303
    assert (city.written[-1][2], city.versions[-1]) == (DECREE, '"0"')
    for other in ({"by": "zhang"}, {"void": True}):
        city.answers[f"{API}/awaited"] = AWAITED | other
        assert f"{CALENDAR}/confirm" not in year(officer)


def upload(page: httpx.Client, content: bytes) -> httpx.Response:
    token = token_in(page.get("/admin/policy").text)
    return page.post("/admin/policy", data={"csrf_token": token}, files={"file": ("pack.toml", content)})


def test_a_pack_is_held_against_what_is_in_force_and_then_proposed(officer: httpx.Client, city: City) -> None:
    city.answers["PUT /v1/policy"] = APPLIED
    seen = upload(officer, PACK.read_bytes())
    assert (seen.status_code, "目标任务 · T08 · amount" in seen.text) == (200, True)
    assert [query for path, query, _ in city.requests if path == "/v1/policy" and query] == [{"dry_run": "true"}] * 3
    shown = Read(seen.text).fields
    city.answers["PUT /v1/policy"] = APPLIED | {"awaiting": "second_officer"}
    before = len(city.written)
    # a form of several parts, as the page sends it: a pack is larger than what an address-encoded one may be
    parts = {name: (None, value) for name, value in shown.items()}
    proposed = officer.post("/admin/policy/propose", files=parts)
    assert proposed.headers["location"] == "/admin/policy"
    assert len(city.written) == before + 2  # registry and quota; notify follows once it is in force there
    assert city.written[-1][2]["document"]["number"]
    wrong = upload(officer, b"[document\n")
    assert (wrong.status_code, "第 1 行" in wrong.text) == (422, True)
    assert upload(officer, b"").status_code == 422


def test_another_officer_confirms_the_pack_that_was_shown(officer: httpx.Client, city: City) -> None:
    city.answers["PUT /v1/policy"] = APPLIED
    html = officer.get("/admin/policy").text
    sent = Read(html.partition('action="/admin/policy/confirm"')[2].partition("</form>")[0]).fields
    assert officer.post("/admin/policy/confirm", data=sent).headers["location"] == "/admin/policy"
    assert [body for _, _, body in city.written] == [{"any": "pack"}] * 3
    assert officer.post("/admin/policy/confirm", data=sent | {"digest": "other"}).status_code == 409
    city.answers["/v1/policy"] = POLICY | {"proposals": [PROPOSAL | {"by": "zhang"}]}
    assert "/admin/policy/confirm" not in officer.get("/admin/policy").text
    city.role = "auditor"
    sign_in(officer)
    assert 'type="file"' not in officer.get("/admin/policy").text
