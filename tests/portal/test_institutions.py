"""Institutions in the portal: a secret is shown once, and what another person has to approve waits for them."""

from typing import Any

import httpx

from tests.portal.conftest import City
from tests.portal.test_sign_in import sign_in, token_in

PAGE = "/admin/institutions/01a221cd-54f3-75bc-ad17-94fa6aa951d1"
API = PAGE.replace("/admin", "/v1")
INSTITUTION = {"id": PAGE[-36:], "name": "某大学<b>", "uscc": None, "reporting_unit": "donghu", "active": True}
CLIENT: dict[str, Any] = {
    "client_id": "c-1",
    "name": "人事系统",
    "role": "institution_clerk",
    "created_at": "2019-07-02T01:00:00Z",
    "approved_at": None,
    "revoked_at": None,
}


def test_a_secret_is_shown_by_one_answer_and_a_credential_waits_for_another_person(
    page: httpx.Client, city: City
) -> None:
    city.role = "bureau_officer"
    sign_in(page)
    city.answers |= {"/v1/institutions": [INSTITUTION], API: INSTITUTION, f"{API}/clients": [CLIENT]}
    city.answers[f"POST {API}/clients"] = CLIENT | {"client_secret": "s3cret-once"}
    html = page.get(PAGE).text
    assert "<b>" not in html
    assert "待核准" in html
    sent = {"csrf_token": token_in(html), "name": " 人事系统 ", "role": "institution_clerk"}
    shown = page.post(f"{PAGE}/clients", data=sent)
    assert (shown.status_code, "s3cret-once" in shown.text, shown.headers["cache-control"]) == (200, True, "no-store")
    assert city.written[-1][2] == {"name": "人事系统", "role": "institution_clerk"}
    assert "s3cret-once" not in page.get(PAGE).text
    city.answers[f"POST {API}/clients"] = CLIENT | {"secret_shown_before": True}
    assert "已经办理过" in page.post(f"{PAGE}/clients", data=sent).text
    city.problems[f"{API}/clients/c-1/approve"] = {"status": 409, "title": "x", "detail": "须由另一人核准"}
    assert "须由另一人核准" in page.post(f"{PAGE}/clients/c-1/approve", data=sent).text
    city.role = "leader"
    sign_in(page)
    assert page.get("/admin/institutions").status_code == 403


def test_a_partner_is_admitted_and_what_was_left_empty_is_not_sent(page: httpx.Client, city: City) -> None:
    city.role = "bureau_officer"
    sign_in(page)
    city.answers["/v1/institutions"] = []
    html = page.get("/admin/institutions").text
    assert "还没有接入单位" in html
    sent = {"csrf_token": token_in(html), "name": "某大学", "uscc": " ", "reporting_unit": "donghu"}
    city.answers["POST /v1/institutions"] = INSTITUTION
    answer = page.post("/admin/institutions", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert city.written[-1][2] == {"name": "某大学", "reporting_unit": "donghu"}
    city.role = "operator"
    sign_in(page)
    assert 'name="uscc"' not in page.get("/admin/institutions").text
