"""The page of a link that signs for an alert: open to whoever has it, and only its button signs."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import token_in

TOKEN = "eyJh.eyJi.c2ln"  # of nothing
LINK_OF = f"/v1/sign-links/{TOKEN}"
LINK: dict[str, Any] = {
    "title": "市级技能大师工作室<b>进度滞后</b>",
    "body": "截至2018年6月30日",
    "post": "分管市领导",
    "state": "open",
    "raised_at": "2019-07-02T01:00:00Z",
    "expires_at": "2019-07-09T01:00:00Z",
}


@pytest.fixture
def tapped(page: httpx.Client, city: City) -> Iterator[httpx.Client]:
    """A browser in which nobody has signed in, and a link that is in order."""
    city.answers[LINK_OF] = LINK
    city.answers[f"POST {LINK_OF}"] = LINK | {"state": "acknowledged"}
    city.open_to_all.add(LINK_OF)
    yield page
    city.open_to_all.clear()


def test_opening_it_shows_one_button_and_signs_for_nothing(tapped: httpx.Client, city: City) -> None:
    shown = tapped.get(f"/sign/{TOKEN}")
    assert (shown.status_code, city.written) == (200, [])
    assert len([each for each in Read(shown.text).all("button") if each.get("type") == "submit"]) >= 1
    assert "分管市领导" in shown.text
    assert "<b>进度滞后" not in shown.text
    assert tapped.head(f"/sign/{TOKEN}").status_code == 200
    assert city.written == []


def test_its_button_signs_and_a_form_from_elsewhere_does_not(tapped: httpx.Client, city: City) -> None:
    shown = tapped.get(f"/sign/{TOKEN}?lang=en").text
    assert tapped.post(f"/sign/{TOKEN}", data={"csrf_token": "x"}).status_code == 403
    assert city.written == []
    done = tapped.post(f"/sign/{TOKEN}", data={"csrf_token": token_in(shown)})
    assert "It is signed for" in done.text
    assert [path for path, *_ in city.written] == [LINK_OF]


def test_one_that_is_over_or_used_says_so(tapped: httpx.Client, city: City) -> None:
    city.problems[LINK_OF] = {"status": 410, "title": "x", "detail": "签收链接已过期"}
    answer = tapped.get(f"/sign/{TOKEN}")
    assert (answer.status_code, "签收链接已过期" in answer.text, "<button" in answer.text.split("<main")[1]) == (
        410,
        True,
        False,
    )
    city.problems.clear()
    city.answers[LINK_OF] = LINK | {"state": "closed"}
    assert "已经签收或销号" in tapped.get(f"/sign/{TOKEN}").text
    city.down.add(LINK_OF)
    assert tapped.get(f"/sign/{TOKEN}").status_code == 503
    before = len(city.requests)
    assert tapped.get("/sign/..%2Fadmin").status_code in (404, 422)
    assert tapped.get("/sign/nothing").status_code == 422
    assert len(city.requests) == before
