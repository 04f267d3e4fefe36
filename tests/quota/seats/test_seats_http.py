"""Seats over HTTP: held, read, given back and refused, with subjects by their opaque reference alone."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from shared.auth import Role
from tests.quota.conftest import Site
from tests.quota.given import deliver, event, ref
from tests.quota.own import PROGRAMME
from tests.quota.seats.places import ON

CAP = {"programme": PROGRAMME, "kind": "cap", "amount": 2, "period": {"start": "2019-01-01"}}


@pytest.fixture
def quota_id(site: Site) -> str:
    """A cap of two."""
    return str(site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", CAP).json()["id"])


def body(name: object, **about: Any) -> dict[str, Any]:
    usual = {"programme": PROGRAMME, "subject_ref": ref(("subject", name)), "registration_id": ref(name), "on": ON}
    return {key: str(value) for key, value in usual.items()} | about


def hold(site: Site, name: object, **more: Any) -> Any:
    return site.ask(Role.BUREAU_OFFICER, "POST", "/v1/seats", body(name), **more)


def test_a_seat_is_held_read_and_given_back(site: Site, quota_id: str) -> None:
    """201 with its place, the same again, and free after DELETE; giving back twice is no error."""
    held = hold(site, "a")
    assert (held.status_code, held.json()["state"], held.json()["under"][0]["number"]) == (201, "held", 1)
    assert hold(site, "a").json() == held.json() == site.get(held.headers["Location"]).json()
    places = site.get(f"/v1/quotas/{quota_id}/seats").json()
    (seat,) = places.pop("items")
    assert places == {"places": 2, "held": 1, "taken": 0, "waiting": 0, "over_committed": False, "next": None}
    assert seat.keys() == {"id", "registration_id", "subject_ref", "state", "overridden", "asked_at"}
    for _ in range(2):
        gone = site.ask(Role.BUREAU_OFFICER, "DELETE", held.headers["Location"])
        assert (gone.status_code, gone.json()["state"]) == (200, "released")
    assert site.get(f"/v1/quotas/{quota_id}/seats").json()["held"] == 0


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [("zh-CN", "名额已满", "候补第1位"), ("en", "No place is left.", "number 1 on the waiting list")],
)
def test_a_full_cap_is_a_problem_that_says_what_to_do(
    site: Site, quota_id: str, language: str, title: str, said: str
) -> None:
    """409 quota-full, in the reader's language, with the figures and the place on the waiting list."""
    for name in ("a", "b"):
        hold(site, name)
    refused = hold(site, "c", headers={"Accept-Language": language})
    problem = refused.json()
    assert (refused.status_code, problem["type"], problem["title"]) == (409, "/problems/quota-full", title)
    assert said in problem["detail"]
    assert {"places": 2, "held": 2, "taken": 0, "waiting_position": 1, "quota_id": quota_id}.items() <= problem.items()
    row = site.get("/v1/progress", params={"programme": PROGRAMME}).json()["items"][0]
    assert row["seats"] == {"places": 2, "held": 2, "taken": 0, "waiting": 1, "over_committed": False}
    deliver(site.database, *(event(name=name, programme=PROGRAMME, counted_on=ON) for name in ("a", "b", "c")))
    row = site.get("/v1/progress", params={"programme": PROGRAMME}).json()["items"][0]
    assert row["seats"] == {"places": 2, "held": 0, "taken": 3, "waiting": 0, "over_committed": True}
    assert site.get("/v1/progress", params={"programme": PROGRAMME, "as_of": "2020-01-01"}).json()["items"][0][
        "seats"
    ] is None  # fmt: skip


def test_claims_have_an_outcome_each(site: Site, quota_id: str) -> None:
    """A batch of the registry: the seats, who found none, and who needs none."""
    items = [body(name) for name in "abc"] + [body("d", programme="youth-intake"), body("e", override=True)]
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/seats/claims", {"items": items})
    shown = [
        (item["status"], (item["problem"] or {}).get("type"), (item["seat"] or {}).get("overridden"))
        for item in answer.json()["items"]
    ]
    assert shown == [
        (200, None, False),
        (200, None, False),
        (409, "/problems/quota-full", None),
        (409, "/problems/no-cap", None),
        (200, None, True),
    ]
    assert site.get(f"/v1/quotas/{quota_id}/seats").json()["over_committed"] is True


def test_the_list_of_a_cap_page_by_page(site: Site, quota_id: str) -> None:
    """In the order of asking; a cursor of another list is refused, and a quota without a cap has none."""
    for name in range(4):
        hold(site, name)
    place = f"/v1/quotas/{quota_id}/seats"
    first = site.get(place, params={"limit": 3}).json()
    rest = site.get(place, params={"limit": 3, "cursor": first["next"]}).json()
    assert [item["registration_id"] for item in first["items"] + rest["items"]] == [str(ref(n)) for n in range(4)]
    assert site.get(place, params={"cursor": "WzFd"}).json()["errors"][0]["code"] == "cursor_unknown"
    goal = site.get("/v1/quotas", params={"programme": "youth-intake"}).json()["items"][0]["id"]
    assert site.get(f"/v1/quotas/{goal}/seats").status_code == 404
    assert site.get(f"/v1/seats/{uuid4()}").status_code == 404
    assert site.ask(Role.BUREAU_OFFICER, "DELETE", f"/v1/seats/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"on": "2019-13-01"}, "/on"),
        ({"subject_ref": "x"}, "/subject_ref"),
        ({"programme": "No Such"}, "/programme"),
        ({"classes": {"Round": "x"}}, "/classes/Round"),
        ({"override": True}, "/override"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(site: Site, change: dict[str, Any], pointer: str) -> None:
    """422; an override is for recognitions alone."""
    refused = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/seats", body("a") | change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_two_hundred_at_once_for_fifty_places(site: Site) -> None:
    """Fifty are held and 150 wait, in an order without gaps."""
    quota = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", CAP | {"amount": 50}).json()["id"]
    with ThreadPoolExecutor(32) as clerks:
        answers = list(clerks.map(lambda n: hold(site, n), range(200)))
    assert Counter(answer.status_code for answer in answers) == {201: 50, 409: 150}
    positions = sorted(answer.json()["waiting_position"] for answer in answers if answer.status_code == 409)
    assert positions == list(range(1, 151))
    places = site.get(f"/v1/quotas/{quota}/seats").json()
    assert (places["held"], places["taken"], places["waiting"]) == (50, 0, 150)
