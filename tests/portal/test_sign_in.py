"""Signing in at the portal: what is asked for, what is told, and that no browser is given a token."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from services.portal.client.errors import TokenRefused
from services.portal.client.services import LONGEST_WAIT
from services.portal.client.sessions import SIGN_IN_WAIT, RegistrySessions
from services.registry.accounts.rules.delays import SLOW_BY
from shared.config import Settings
from tests.portal.conftest import City
from tests.portal.reading import Read

KNOWN = {"login": "zhang", "password": "一二三四五六七八九十甲乙"}
PROBLEM = {"title": "x", "status": 403}


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', html)
    assert found
    return found[1]


def sign_in(page: httpx.Client, **form: str) -> httpx.Response:
    sent = {"csrf_token": token_in(page.get("/sign-in").text), **KNOWN, **form}
    return page.post("/sign-in", data=sent)


def test_who_signs_in_reads_pages_with_their_own_token(page: httpx.Client, city: City) -> None:
    before = page.get("/sign-in")
    assert [each["name"] for each in Read(before.text).all("input")][2:] == ["login", "password", "code"]
    answer = sign_in(page, code="123456")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert city.signed_in == [(KNOWN | {"code": "123456"}, "127.0.0.1")]
    assert page.get("/").status_code == 200
    assert all(token.startswith("session-token") for token in city.tokens)
    assert "zhang" in page.get("/").text
    for kept in page.cookies.jar:
        assert not str(kept.value).startswith(("session-token", "refresh"))


def test_passwords_are_hidden_and_left_to_the_browser_and_its_helpers(page: httpx.Client, city: City) -> None:
    city.refuses = PROBLEM | {"type": "/problems/new-password-needed", "detail": "这是一次性口令"}
    fields = {each["name"]: each for each in Read(sign_in(page).text).all("input") if each.get("autocomplete")}
    assert {name: (each["type"], each["autocomplete"]) for name, each in fields.items()} == {
        "login": ("text", "username"),
        "password": ("password", "current-password"),
        "code": ("text", "one-time-code"),
        "new_password": ("password", "new-password"),
    }


def test_the_session_is_a_new_one_so_that_nobody_can_have_given_it(page: httpx.Client, city: City) -> None:
    page.get("/sign-in")
    before = page.cookies["session"]
    answer = sign_in(page)
    assert page.cookies["session"] != before
    assert "HttpOnly" in answer.headers["set-cookie"]
    with httpx.Client(base_url=page.base_url, trust_env=False, verify=False, cookies={"session": before}) as other:
        assert "zhang" not in other.get("/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("refused", "field"),
    [
        ({"type": "/problems/sign-in-refused", "detail": "登录名、口令或验证码不正确", "status": 401}, None),
        ({"type": "/problems/code-needed", "detail": "请输入动态验证码"}, "code"),
        ({"type": "/problems/new-password-needed", "detail": "这是一次性口令"}, "new_password"),
        ({"type": "/problems/too-many-tries", "detail": "尝试过于频繁", "status": 429}, None),
        (
            {"type": "/problems/invalid", "status": 422, "errors": [{"pointer": "/new_password", "detail": "太短"}]},
            "new_password",
        ),
    ],
)
def test_what_is_missing_is_said_where_it_is_filled_in(
    page: httpx.Client, city: City, refused: dict[str, Any], field: str | None
) -> None:
    city.refuses = PROBLEM | refused
    answer = sign_in(page)
    assert answer.status_code == 422
    read = Read(answer.text)
    wrong = [each["name"] for each in read.all("input") if each.get("aria-invalid")]
    assert wrong == ([field] if field else [])
    assert refused.get("detail", "太短") in answer.text
    assert KNOWN["password"] not in answer.text
    assert 'value="zhang"' in answer.text


def test_a_first_officer_is_told_how_to_set_up_an_authenticator(page: httpx.Client, city: City) -> None:
    address = "otpauth://totp/talent-registry:zhang?secret=ABC"
    city.refuses = PROBLEM | {"type": "/problems/second-factor-needed", "detail": "须先绑定", "otpauth_uri": address}
    assert address in sign_in(page).text


def test_a_form_from_elsewhere_signs_nobody_in(page: httpx.Client, city: City) -> None:
    page.get("/sign-in")
    assert page.post("/sign-in", data=KNOWN | {"csrf_token": "0" * 64}).status_code == 403
    assert city.signed_in == []


def test_who_signs_out_is_out_here_and_at_the_registry(page: httpx.Client, city: City) -> None:
    sign_in(page)
    assert '<a href="/sign-in">zhang</a>' in page.get("/").text  # at the top of every page
    own = page.get("/sign-in")
    assert "您已登录：zhang" in own.text
    assert page.post("/sign-out", data={"csrf_token": "0" * 64}).status_code == 403
    assert page.post("/sign-out", data={"csrf_token": token_in(own.text)}).headers["location"] == "/sign-in"
    assert city.refreshes[-1] == "ended"
    assert "zhang" not in page.get("/").text


def test_tokens_are_refreshed_and_a_session_that_ended_is_over(page: httpx.Client, city: City) -> None:
    city.expires_in = 0  # each is used up at once
    city.answers["/v1/bulletins"] = []
    sign_in(page)
    assert page.get("/bulletins").status_code == 200
    assert len(city.refreshes) >= 2
    city.refreshes.append("ended")
    assert page.get("/bulletins").status_code == 401
    assert "zhang" not in page.get("/sign-in").text


def test_each_role_has_its_pages_and_no_others(page: httpx.Client, city: City) -> None:
    city.role = "district_officer"
    assert sign_in(page).headers["location"] == "/bulletins"
    assert page.get("/").status_code == 403
    city.role = "operator"
    page.cookies.clear()
    assert sign_in(page).headers["location"] == "/deliveries"
    assert page.get("/alerts").status_code == 403


def test_the_registry_being_away_is_said(page: httpx.Client, city: City) -> None:
    city.refuses = {"status": 503}
    answer = sign_in(page)
    assert (answer.status_code, "请稍后再试" in answer.text) == (503, True)
    assert page.get("/sign-in?lang=en").text.count("Sign in") >= 2


def test_the_portal_waits_for_longer_than_the_registry_holds_an_attempt() -> None:
    """That holds each after many refusals, and hashes it behind all others. For fresh tokens no page waits so long."""
    assert SIGN_IN_WAIT.read is not None
    assert SIGN_IN_WAIT.read > SLOW_BY.total_seconds() + 4 * (LONGEST_WAIT.read or 0)
    waits: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"]["read"])
        return httpx.Response(401, json=PROBLEM)

    async def attempt() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=LONGEST_WAIT) as web:
            registry = RegistrySessions(Settings(), web)
            await registry.sign_in(KNOWN, "zh", "127.0.0.1")
            with pytest.raises(TokenRefused):
                await registry.refresh("refresh-1")

    asyncio.run(attempt())
    assert waits == [SIGN_IN_WAIT.read, LONGEST_WAIT.read]
