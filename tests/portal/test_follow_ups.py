"""Follow-ups in the portal: each visitor is shown what is theirs to do, and a refused form comes back."""

from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_alerts import ALERT
from tests.portal.test_sign_in import sign_in, token_in

ID = "01a221cd-54f3-75bc-ad17-94fa6aa951d9"
PATH = f"/follow-ups/{ID}"
CASE: dict[str, Any] = {
    "id": ID,
    "severity": "warning",
    "title": "市级技能大师工作室进度滞后<b>",
    "body": "截至2019年9月27日，累计1家。",
    "alert_id": ALERT["id"],
    "owner": "office",
    "state": "open",
    "level": 1,
    "overdue": True,
    "due_at": "2019-09-29T09:00:00Z",
    "climbs_at": "2019-09-30T09:00:00Z",
    "paused_until": None,
    "opened_at": "2019-09-27T09:00:00Z",
    "history": [
        {"kind": "opened", "done_at": "2019-09-27T09:00:00Z", "recipient": "office"},
        {"kind": "escalated", "done_at": "2019-09-29T09:00:00Z", "recipient": "section", "said": "<i>x</i>"},
    ],
    "acts": ["acknowledge", "answer", "assign"],
    "assignable": ["section"],
    "posts": {"office": "人才科", "section": "处室负责人"},
}


@pytest.fixture
def leader(page: httpx.Client, city: City) -> httpx.Client:
    """Somebody who has signed in, and the one follow-up that there is."""
    sign_in(page)
    city.answers |= {"/v1/follow-ups": [CASE], f"/v1{PATH}": CASE}
    return page


def forms(page: str) -> list[str]:
    """Where the forms of a page lead."""
    return [str(each["action"]) for each in Read(page).all("form") if str(each.get("action", "")).startswith(PATH)]


def test_the_list_shows_what_is_not_closed_and_who_owns_it(leader: httpx.Client, city: City) -> None:
    shown = leader.get("/follow-ups").text
    assert ("/v1/follow-ups", {"closed": "false", "limit": "50"}, "zh") in city.requests
    assert ("人才科" in shown, "逾期" in shown, "滞后<b>" in shown) == (True, True, False)
    city.answers["/v1/follow-ups"] = [CASE | {"due_by_weekends": True}]
    assert ("暂按周末推算" in shown, "暂按周末推算" in leader.get("/follow-ups").text) == (False, True)
    leader.get("/follow-ups?tab=overdue")
    assert ("/v1/follow-ups", {"overdue": "true", "limit": "50"}, "zh") in city.requests


def test_one_has_its_history_and_the_forms_that_are_open_to_the_visitor(leader: httpx.Client, city: City) -> None:
    shown = leader.get(f"{PATH}?lang=en").text
    assert forms(shown) == [f"{PATH}/{act}" for act in CASE["acts"]]
    assert ("Not signed for in time" in shown, "<i>x" in shown) == (True, False)
    assert f'href="/alerts/{ALERT["id"]}"' in shown
    clock = CASE | {"acts": ["pause", "resume"]}  # of the two one at a time
    for until, act in ((None, "pause"), ("2019-10-08", "resume")):
        city.answers[f"/v1{PATH}"] = clock | {"paused_until": until}
        assert forms(leader.get(PATH).text) == [f"{PATH}/{act}"]
    city.answers[f"/v1{PATH}"] = CASE | {"acts": [], "state": "closed"}
    assert forms(leader.get(PATH).text) == []


def test_each_form_does_one_thing_with_its_own_fields(leader: httpx.Client, city: City) -> None:
    token = token_in(leader.get(PATH).text)
    sent = {"csrf_token": token, "said": "已约谈", "to": "section", "until": ""}
    for act, body in (
        ("acknowledge", {}),
        ("answer", {"said": "已约谈"}),
        ("assign", {"said": "已约谈", "to": "section"}),
    ):
        answer = leader.post(f"{PATH}/{act}", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, PATH)
        assert (city.written[-1][0], city.written[-1][2]) == (f"/v1{PATH}/{act}", body)
    before = len(city.written)
    assert leader.post(f"{PATH}/answer", data={"said": "x"}).status_code == 403
    assert leader.post(f"{PATH}/delete", data=sent).status_code == 422
    assert len(city.written) == before


def test_a_refused_form_comes_back_with_what_was_typed(leader: httpx.Client, city: City) -> None:
    city.problems[f"/v1{PATH}/answer"] = {
        "status": 422,
        "title": "x",
        "errors": [{"pointer": "/said", "detail": "含有手机号码"}],
    }
    token = token_in(leader.get(PATH).text)
    back = leader.post(f"{PATH}/answer", data={"csrf_token": token, "said": "请联系本人"})
    assert back.status_code == 422
    assert 'href="#answer-said"' in back.text
    assert "请联系本人</textarea>" in back.text


def test_an_alert_leads_to_its_follow_up(leader: httpx.Client, city: City) -> None:
    city.answers[f"/v1/alerts/{ALERT['id']}"] = ALERT | {"severity": "warning"}
    assert f'href="{PATH}"' in leader.get(f"/alerts/{ALERT['id']}").text
    assert ("/v1/follow-ups", {"alert_id": ALERT["id"]}, "zh") in city.requests
    city.down.add("/v1/follow-ups")
    assert leader.get(f"/alerts/{ALERT['id']}").status_code == 200
