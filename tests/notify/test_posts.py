"""Posts held by people: who stands in during leave, who stands above, and that nobody gives himself one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import httpx

from services.notify.recipients.rules import ranks_above_itself, stand_in
from shared.auth import Role
from tests.inputs import codes
from tests.notify.conftest import pack

As = Callable[..., dict[str, str]]
NEW = {"code": "mayor", "post_zh": "市长", "post_en": "Mayor", "login": "mayor"}
DAY = date(2026, 10, 9)


@dataclass
class Post:
    """A post as far as others lean on it."""

    unit: str | None = None
    deputy: str | None = None
    superior: str | None = None
    leave_from: date | None = None
    leave_to: date | None = None


def away(deputy: str | None = None, until: date | None = DAY, unit: str | None = None) -> Post:
    """A post whose holder is on leave."""
    return Post(unit, deputy, leave_from=date(2026, 10, 1), leave_to=until)


def test_the_first_who_is_there_and_may_see_it_acts() -> None:
    posts = {
        "there": Post(deputy="x"), "a": away("b"), "b": away("there"), "open-ended": away("there", until=None),
        "round": away("trip"), "trip": away("round"), "alone": away(), "city": away("donghu"), "donghu": Post("donghu"),
        "donghu-chief": away("donghu", unit="donghu"),
    }  # fmt: skip
    acting = {code: stand_in(code, posts, DAY) for code in posts}
    assert acting == {
        "there": "there", "a": "there", "b": "there", "open-ended": "there", "round": None, "trip": None, "alone": None,
        "city": None, "donghu": "donghu", "donghu-chief": "donghu",
    }  # fmt: skip
    assert (stand_in("a", posts, date(2026, 10, 10)), stand_in("a", posts, date(2026, 9, 30))) == ("a", "a")
    assert stand_in("open-ended", posts, date(2027, 1, 1)) == "there"


def test_superiors_in_a_circle_are_found_and_end() -> None:
    posts = {"a": Post(superior="b"), "b": Post(superior="c"), "c": Post(superior="a"), "d": Post(superior="a")}
    assert [ranks_above_itself(code, posts) for code in posts] == [True, True, True, False]


def test_leave_deputy_and_superior_are_put_and_wrong_ones_named(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    made = client.post("/v1/recipients", headers=me, json=NEW | {"leave_from": "2026-10-01", "leave_to": "2026-10-09"})
    assert (made.status_code, made.json()["leave_to"]) == (201, "2026-10-09")

    def change(code: str, **given: str | None) -> httpx.Response:
        return client.patch(f"/v1/recipients/{code}", headers=me | {"If-Match": "*"}, json=given)

    put = change("city-leader", deputy="mayor", superior="mayor", leave_from="2026-10-01")
    assert (put.status_code, put.json()["deputy"], put.json()["leave_to"]) == (200, "mayor", None)
    for code, given, refused in (
        ("mayor", {"superior": "city-leader"}, ("/superior", "superior_circle")),
        ("mayor", {"deputy": "donghu-leader"}, ("/deputy", "reach_narrower")),
        ("mayor", {"superior": "donghu-leader"}, ("/superior", "reach_narrower")),
        ("mayor", {"leave_to": "2026-09-30"}, ("/leave_to", "leave_reversed")),
        ("mayor", {"leave_from": None}, ("/leave_to", "leave_reversed")),
        ("mayor", {"leave_from": "2026-02-30"}, ("/leave_from", "not_a_date")),
    ):
        assert codes(change(code, **given)) == [refused]
    assert change("donghu-leader", deputy="city-leader", superior="city-leader").is_success


def test_f11_leave_and_addresses_of_who_held_a_post_end_with_the_handover(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    me |= {"If-Match": "*"}
    path = "/v1/recipients/donghu-leader"
    client.patch(path, headers=me, json={"leave_from": "2026-10-01", "email": "old@example.org"})
    handed = client.patch(path, headers=me, json={"login": "next"}).json()
    assert (handed["leave_from"], handed["addresses"], handed["email"]) == (None, [], None)
    to = {"login": "third", "email": "third@example.org", "leave_from": "2026-11-01"}
    kept = client.patch(path, headers=me, json=to).json()
    assert (kept["leave_from"], kept["email"]) == ("2026-11-01", "third@example.org")


def test_nobody_gives_himself_a_post_or_what_another_hears(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER) | {"If-Match": "*"}
    own = NEW | {"code": "own", "login": "b"}
    assert client.post("/v1/recipients", headers=as_("b", Role.BUREAU_OFFICER), json=own).status_code == 403
    assert client.post("/v1/recipients", headers=as_("o", Role.OPERATOR), json=own).status_code == 201
    path = "/v1/recipients/city-leader"
    for given in ({"login": "b"}, {"deputy": "own"}, {"superior": "own"}):
        refused = client.patch(path, headers=me, json=given)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-post")
    put = client.patch(path, headers=as_("o", Role.OPERATOR) | {"If-Match": "*"}, json={"deputy": "own"})
    assert put.is_success
    assert client.patch(path, headers=me, json={"leave_from": "2026-10-01"}).status_code == 403
    assert client.patch(path, headers=me, json={"language": "en"}).is_success


def test_w05_nor_by_way_of_another_post(client: httpx.Client, as_: As) -> None:
    """Whoever is the deputy's deputy acts for a post while both are away; whoever is above its superior is above it."""
    for code, login in (("own", "b"), ("between", "c"), ("next", "d")):
        new = NEW | {"code": code, "login": login}
        assert client.post("/v1/recipients", headers=as_("o", Role.OPERATOR), json=new).status_code == 201

    def change(by: str, code: str, **given: str) -> int:
        headers = as_(by, Role.OPERATOR) | {"If-Match": "*"}
        return client.patch(f"/v1/recipients/{code}", headers=headers, json=given).status_code

    assert change("o", "between", deputy="own", superior="own", leave_from="2026-10-01") == 200
    for given in ({"deputy": "between"}, {"superior": "between"}):
        assert (change("b", "next", **given), change("o", "next", **given)) == (403, 200)
    own = {"leave_from": "2026-10-01"}
    assert (change("b", "next", **own), change("o", "next", **own)) == (403, 200)
    assert change("o", "own", deputy="next") == 200  # a circle ends where it began
    assert change("b", "next", language="en") == 200


def test_nobody_gives_himself_a_post_by_a_pack_either(client: httpx.Client, as_: As) -> None:
    body = pack().model_dump(mode="json")
    body["recipients"][0]["login"] = "b"
    refused = client.put("/v1/policy", headers=as_("b", Role.BUREAU_OFFICER), json=body)
    assert (refused.status_code, refused.json().get("type")) == (403, "/problems/own-post")
    for officer in ("another", "b"):  # what holds already changes nothing
        assert client.put("/v1/policy", headers=as_(officer, Role.BUREAU_OFFICER), json=body).status_code == 200


def test_a_new_post_begins_with_the_subscription_of_its_duty(client: httpx.Client, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    begun = {}
    for duty in ("leader", "bureau", "operator"):
        assert client.post("/v1/recipients", headers=me, json=NEW | {"code": duty, "duty": duty}).status_code == 201
        begun[duty] = client.get(f"/v1/subscriptions?recipient={duty}", headers=me).json()["items"]
    assert begun["operator"] == []
    shown = {
        duty: [(each["channels"], each["digest"], each["programmes"]) for each in begun[duty]]
        for duty in ("leader", "bureau")
    }
    everything = ["inbox", "email"]
    assert shown == {
        "leader": [(everything, None, None)],
        "bureau": [(everything, {"at": "08:40", "days": "working_days"}, None)],
    }
    (own,) = begun["bureau"]
    path, tag = f"/v1/subscriptions/{own['id']}", {"If-Match": f'"{own["version"]}"'}
    assert client.patch(path, headers=me | tag, json={"digest": own["digest"]}).status_code == 200  # it may stand
    assert client.delete(path, headers=me | tag).status_code == 204
