"""One's own sessions in the portal: listed, and ended by who shows once more who they are."""

from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

API = "/v1/sessions"
OTHER = "01a221cd-54f3-75bc-ad17-94fa6aa951d1"


def shown(session_id: str, *, current: bool) -> dict[str, Any]:
    times = {name: f"2019-07-01T0{n}:00:00Z" for n, name in enumerate(("began_at", "seen_at", "ends_at"))}
    return {"id": session_id, "current": current} | times


@pytest.fixture
def visitor(page: httpx.Client, city: City) -> httpx.Client:
    """A leader who is signed in here and elsewhere."""
    sign_in(page)
    city.answers[API] = [shown(OTHER, current=False), shown(OTHER[:-1] + "2", current=True)]
    return page


def test_everybody_who_signed_in_sees_their_sessions_and_strangers_none(visitor: httpx.Client, city: City) -> None:
    assert 'href="/sessions"' in visitor.get("/").text
    text = visitor.get("/sessions").text
    assert (text.count("本次登录"), text.count("<tr>")) == (1, 3)
    assert "this one" in visitor.get("/sessions?lang=en").text
    city.answers[API] = [shown(OTHER, current=True)]
    assert '<form method="post" action="/sessions"' not in visitor.get("/sessions").text
    visitor.cookies.clear()
    assert visitor.get("/sessions").status_code in (401, 403)
    assert 'href="/sessions"' not in visitor.get("/").text


def test_one_or_all_others_are_ended_and_what_is_shown_for_it_is_not_shown_again(
    visitor: httpx.Client, city: City
) -> None:
    form = {"csrf_token": token_in(visitor.get("/sessions").text), "password": "secret words"}
    city.answers[f"POST {API}/end"] = {"ended": 1}
    for chosen in ("", OTHER):
        answer = visitor.post("/sessions", data=form | {"session_id": chosen})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
    sent = [body for path, _, body in city.written if path == f"{API}/end"]
    assert sent == [{"password": "secret words"}, {"password": "secret words", "session_id": OTHER}]
    fault = {"pointer": "/password", "code": "password_wrong", "detail": "口令不正确"}
    city.problems[f"POST {API}/end"] = {"type": "/problems/invalid", "title": "x", "status": 422, "errors": [fault]}
    refused = visitor.post("/sessions", data=form | {"session_id": OTHER})
    wrong = [each["name"] for each in Read(refused.text).all("input") if each.get("aria-invalid")]
    assert (refused.status_code, wrong, "secret words" in refused.text) == (422, ["password"], False)
    assert f'value="{OTHER}" checked' in refused.text
    assert visitor.post("/sessions", data=form | {"csrf_token": "0" * 64}).status_code == 403


def test_who_tries_too_often_is_told_so_and_not_that_the_registry_is_away(visitor: httpx.Client, city: City) -> None:
    form = {"csrf_token": token_in(visitor.get("/sessions").text), "password": "wrong words"}
    city.problems[f"POST {API}/end"] = {"type": "/problems/too-many-tries", "title": "尝试过于频繁", "status": 429}
    refused = visitor.post("/sessions", data=form)
    assert (refused.status_code, "尝试过于频繁" in refused.text) == (429, True)
