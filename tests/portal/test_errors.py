"""What a service answers instead of what was wanted becomes a page with a next step, or a problem for a program."""

from typing import Any

import httpx
import pytest

from tests.portal.conftest import City


def problem(status: int, **more: Any) -> dict[str, Any]:
    """A refusal of a service."""
    return {"type": "/problems/x", "title": "不行", "status": status, "detail": "原因在此", **more}


CASES: list[tuple[int, int, str, str, str]] = [
    (401, 401, "请先登录", "Please sign in", "unauthenticated"),
    (403, 403, "您不能打开这个页面", "You may not open this page", "forbidden"),
    (404, 404, "没有这个页面", "There is no such page", "not-found"),
    (422, 422, "内容没有被接受", "This was not accepted", "invalid"),
    (409, 422, "原因在此", "原因在此", "invalid"),
    (429, 503, "数据没有丢失，请稍后再试", "No data is lost; please try again", "unavailable"),
    (500, 503, "数据没有丢失，请稍后再试", "No data is lost; please try again", "unavailable"),
    (302, 503, "数据没有丢失，请稍后再试", "No data is lost; please try again", "unavailable"),
]


@pytest.mark.parametrize(("answered", "status", "zh", "en", "slug"), CASES)
def test_each_refusal_of_a_service_is_a_page_that_says_what_to_do(
    toys: httpx.Client, city: City, answered: int, status: int, zh: str, en: str, slug: str
) -> None:
    city.problems["/v1/toys/robot"] = problem(answered)
    for language, said, home in (("zh", zh, "回到首页"), ("en", en, "Back to the first page")):
        answer = toys.get("/toys/robot", params={"lang": language})
        assert answer.status_code == status
        assert said in answer.text
        assert home in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    program = toys.get("/toys/robot", headers={"Accept": "application/json"})
    assert (program.status_code, program.json()["type"]) == (status, f"/problems/{slug}")


def test_a_refusal_that_gives_no_reason_counts_as_no_answer(toys: httpx.Client, city: City) -> None:
    city.answers["/v1/toys/robot"] = {"wrong": "shape"}
    assert toys.get("/toys/robot").status_code == 503
    city.problems["/v1/toys/robot"] = {"status": 422}
    assert toys.get("/toys/robot").status_code == 503


def test_a_token_that_stays_refused_is_not_called_a_service_that_is_away(page: httpx.Client, city: City) -> None:
    city.problems["/v1/alerts"] = problem(401)
    answer = page.get("/")
    assert (answer.status_code, "请先登录" in answer.text) == (401, True)


def test_what_the_portal_itself_refuses_is_such_a_page_too(page: httpx.Client) -> None:
    wrong = page.get("/", params={"as_of": "x" * 50})
    assert (wrong.status_code, "内容没有被接受" in wrong.text) == (422, True)
    assert page.post("/").headers["allow"]


def test_a_fault_of_ours_is_a_page_that_carries_every_header(
    toys: httpx.Client, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.portal.client.services.Services.one", broken)
    answer = toys.get("/toys/robot")
    assert (answer.status_code, "请稍后再试" in answer.text) == (500, True)
    wanted = {
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    policy = {each.strip() for each in answer.headers["content-security-policy"].split(";")}
    assert {"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= policy
    assert not any(each.startswith(("script-src", "object-src")) for each in policy)  # what is not named is of nobody
