"""Notify over HTTP: who may do what, whose alerts are whose, and what every refusal says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from services.notify.main import service
from shared.auth import OF_AN_INSTITUTION, Role
from shared.contracts.quota import MilestoneFallenBack
from shared.cursors import ListCursors
from shared.db import Database
from shared.rights import rights_of
from shared.service import Context
from shared.service_tables import outbox
from shared.vault import vault
from tests.notify.conftest import consume, consume_singly, milestone, reached
from tests.rights import Issuer, check_every_right, check_forged_tokens

As = Callable[..., dict[str, str]]
NOBODY = UUID(int=1)

READ_ALERTS = {Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR}
INSTITUTION = set(OF_AN_INSTITUTION)
READ_INBOX = READ_ALERTS | INSTITUTION | {Role.OPERATOR}
JUDGE = {Role.LEADER, Role.BUREAU_OFFICER}
SET_UP = {Role.BUREAU_OFFICER, Role.OPERATOR}
SEE_SET_UP = SET_UP | {Role.AUDITOR}

# Every route of notify, and who may use it; a route that is missing here fails the test below.
ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/v1/alerts"): READ_INBOX,
    ("GET", "/v1/alerts/{alert_id}"): READ_INBOX,
    ("POST", "/v1/alerts/{alert_id}/acknowledge"): {Role.LEADER},
    ("POST", "/v1/alerts/{alert_id}/assign"): JUDGE,
    ("POST", "/v1/alerts/{alert_id}/answer"): {Role.LEADER},
    ("POST", "/v1/alerts/{alert_id}/close"): JUDGE,
    ("GET", "/v1/follow-ups"): READ_ALERTS,
    ("GET", "/v1/follow-ups/{follow_up_id}"): READ_ALERTS,
    ("POST", "/v1/follow-ups/{follow_up_id}/acknowledge"): {Role.LEADER},
    ("POST", "/v1/follow-ups/{follow_up_id}/answer"): {Role.LEADER},
    ("POST", "/v1/follow-ups/{follow_up_id}/close"): JUDGE,
    ("POST", "/v1/follow-ups/{follow_up_id}/return"): JUDGE,
    ("POST", "/v1/follow-ups/{follow_up_id}/assign"): JUDGE,
    ("POST", "/v1/follow-ups/{follow_up_id}/pause"): {Role.BUREAU_OFFICER},
    ("POST", "/v1/follow-ups/{follow_up_id}/resume"): {Role.BUREAU_OFFICER},
    ("GET", "/v1/stream"): READ_INBOX,
    ("GET", "/v1/recipients"): SEE_SET_UP,
    ("POST", "/v1/recipients"): SET_UP,
    ("PATCH", "/v1/recipients/{code}"): SET_UP,
    ("GET", "/v1/subscriptions"): SEE_SET_UP,
    ("POST", "/v1/subscriptions"): SET_UP,
    ("PATCH", "/v1/subscriptions/{subscription_id}"): SET_UP,
    ("DELETE", "/v1/subscriptions/{subscription_id}"): SET_UP,
    ("POST", "/v1/subscriptions/backtest"): SEE_SET_UP,
    ("GET", "/v1/deliveries"): SEE_SET_UP,
    ("GET", "/v1/deliveries/{delivery_id}"): SEE_SET_UP,
    ("POST", "/v1/deliveries/{delivery_id}/resend"): SET_UP,
    ("POST", "/v1/deliveries/resend"): SET_UP,
    ("GET", "/v1/channels/{code}/health"): SEE_SET_UP,
    ("GET", "/v1/channels"): SEE_SET_UP,
    ("GET", "/v1/channels/{code}"): SEE_SET_UP,
    ("POST", "/v1/channels"): SET_UP,
    ("PATCH", "/v1/channels/{code}"): SET_UP,
    ("DELETE", "/v1/channels/{code}"): SET_UP,
    ("POST", "/v1/channels/{code}/test"): SET_UP,
    ("GET", "/v1/webhook-endpoints"): INSTITUTION | SEE_SET_UP,
    ("POST", "/v1/webhook-endpoints"): INSTITUTION,
    ("GET", "/v1/webhook-endpoints/{endpoint_id}"): INSTITUTION | SEE_SET_UP,
    ("PATCH", "/v1/webhook-endpoints/{endpoint_id}"): INSTITUTION,
    ("DELETE", "/v1/webhook-endpoints/{endpoint_id}"): INSTITUTION,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/rotate"): INSTITUTION,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/replay"): INSTITUTION,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/test"): INSTITUTION,
    ("GET", "/v1/webhook-endpoints/{endpoint_id}/deliveries"): INSTITUTION | SEE_SET_UP,
    ("GET", "/v1/audit"): {Role.AUDITOR},
    ("GET", "/v1/flow"): {Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER},
    ("GET", "/v1/dead-letters"): {Role.OPERATOR},
    ("GET", "/v1/dead-letters/{dead_letter_id}"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/replay"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/drop"): {Role.OPERATOR},
    ("GET", "/v1/policy"): READ_ALERTS | {Role.OPERATOR},
    ("PUT", "/v1/policy"): SET_UP,
}
OPEN = {"/livez", "/readyz", "/v1/sign-links/{token}"}


def test_every_route_says_who_may_use_it(context: Context) -> None:
    published = service.app(context).openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in published.items() for method in methods if path not in OPEN}
    assert routes == set(ROUTES)


def test_the_table_is_as_agreed(context: Context) -> None:
    table = rights_of(service.app(context).routes)
    said = {(each.method, each.path): each.admission.roles for each in table if each.admission}
    assert said == ROUTES


def test_every_route_admits_whom_it_names_and_nobody_else(
    client: httpx.Client, context: Context, issuer: Issuer
) -> None:
    check_every_right(client, issuer, rights_of(service.app(context).routes))


def test_a_token_that_is_not_wholly_in_order_opens_nothing(client: httpx.Client, issuer: Issuer) -> None:
    check_forged_tokens(client, issuer, "/v1/alerts", Role.LEADER)


def test_a_leader_reads_own_alerts_in_the_language_asked_for(client: httpx.Client, city: Database, as_: As) -> None:
    consume_singly(city, reached(90, 5), reached(100, 5), reached(100, 1, unit="donghu"))
    answer = client.get("/v1/alerts", headers=as_("leader"))
    items = answer.json()["items"]
    assert [item["title"] for item in items] == [
        "东湖区 · 市级技能大师工作室（2018年）达到100%节点",
        "市级技能大师工作室（2018年）达到100%节点",
        "市级技能大师工作室（2018年）达到90%节点",
    ]
    assert {item["recipient"] for item in items} == {"city-leader"}
    english = client.get("/v1/alerts", headers=as_("leader", **{"Accept-Language": "en"})).json()["items"]
    assert english[1]["title"] == "Skill master studios (2018): 100% milestone reached"
    [own] = client.get("/v1/alerts", headers=as_("leader-donghu")).json()["items"]
    assert (own["unit"], own["recipient"]) == ("donghu", "donghu-leader")


def test_an_alert_holds_what_the_contract_says(client: httpx.Client, city: Database, as_: As) -> None:
    consume(city, reached(100, 5))
    [item] = client.get("/v1/alerts", headers=as_("leader")).json()["items"]
    one = client.get(f"/v1/alerts/{item['id']}", headers=as_("leader"))
    assert one.json() == item
    assert one.headers["etag"] == '"1"'
    assert {
        "id", "kind", "severity", "programme", "unit", "title", "body", "facts", "state", "raised_at", "recipient",
        "supersedes",
    } <= set(item)  # fmt: skip
    assert item["raised_at"].endswith("Z")
    assert (item["kind"], item["severity"], item["state"]) == ("milestone_reached", "notice", "open")


def test_another_leaders_alert_is_as_if_absent(client: httpx.Client, city: Database, as_: As) -> None:
    consume(city, reached(100, 5))
    [item] = client.get("/v1/alerts", headers=as_("leader")).json()["items"]
    absent = client.get(f"/v1/alerts/{NOBODY}", headers=as_("leader-donghu"))
    theirs = client.get(f"/v1/alerts/{item['id']}", headers=as_("leader-donghu"))
    signed = client.post(f"/v1/alerts/{item['id']}/acknowledge", headers=as_("leader-donghu"))
    assert [answer.status_code for answer in (absent, theirs, signed)] == [404, 404, 404]
    without_instance = [{k: v for k, v in a.json().items() if k != "instance"} for a in (absent, theirs)]
    assert without_instance[0] == without_instance[1]


def test_the_bureau_and_the_auditor_see_every_alert(client: httpx.Client, city: Database, as_: As) -> None:
    consume(city, reached(100, 1, unit="donghu"))
    for role in (Role.BUREAU_OFFICER, Role.AUDITOR):
        items = client.get("/v1/alerts", headers=as_("someone", role)).json()["items"]
        assert {item["recipient"] for item in items} == {"city-leader", "donghu-leader"}


def test_signing_for_an_alert_is_told_once(client: httpx.Client, city: Database, as_: As) -> None:
    consume(city, reached(100, 5))
    [item] = client.get("/v1/alerts", headers=as_("leader")).json()["items"]
    path = f"/v1/alerts/{item['id']}/acknowledge"
    first, second = (client.post(path, headers=as_("leader")) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (200, "acknowledged")
    assert second.json() == first.json()
    with city.reading() as session:
        bodies = [row.body.decode() for row in session.execute(outbox.select())]
    assert sum("notify.alert.acknowledged.v1" in body for body in bodies) == 1


def test_the_list_is_narrowed_and_paged(client: httpx.Client, city: Database, as_: As) -> None:
    consume_singly(city, *(reached(percent, 5) for percent in (25, 50, 75, 90, 100)))
    consume(city, milestone(MilestoneFallenBack, 100, 4))
    seen: list[int] = []
    following: dict[str, str] = {}
    while True:
        page = client.get("/v1/alerts", headers=as_("leader"), params={"limit": "2", **following}).json()
        seen += [item["facts"]["percent"] for item in page["items"]]
        if page["next"] is None:
            break
        following = {"cursor": page["next"]}
    assert seen == [100, 100, 90, 75, 50, 25]
    fallen = client.get("/v1/alerts", headers=as_("leader"), params={"kind": "milestone_fallen_back"}).json()["items"]
    assert [item["severity"] for item in fallen] == ["warning"]
    none = client.get("/v1/alerts", headers=as_("leader"), params={"programme": "skill-training-bases"}).json()
    assert none == {"items": [], "next": None}
    assert client.get("/v1/alerts", headers=as_("leader"), params={"state": "closed"}).json()["items"] == []


PLACE: tuple[str, list[Any]] = ("/v1/recipients", ["a"])  # a place in that list like any other


def test_u03_a_forged_cursor_is_a_mistake_of_the_caller(client: httpx.Client, as_: As) -> None:
    """Neither one that another list could have given, nor one that nobody gave."""
    places: list[list[Any]] = [[], ["a"], [1, 2], [10**30], [True], [None], ["\x00"], [{}]]
    for path in ("/v1/alerts", "/v1/deliveries", "/v1/subscriptions", "/v1/recipients"):
        sealed = [ListCursors(vault("notify"), f"{path}?").write(place) for place in places if (path, place) != PLACE]
        for given in ("x", "WzFd", "W3RydWVd", ListCursors(vault("notify"), "/v1/other?").write(["a"]), *sealed):
            answer = client.get(path, headers=as_("b", Role.BUREAU_OFFICER), params={"cursor": given})
            assert (path, given, answer.status_code) == (path, given, 422)
            assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
                ("/cursor", "cursor_unknown")
            ]
    there = ListCursors(vault("notify"), "/v1/recipients?").write(PLACE[1])
    assert client.get("/v1/recipients", headers=as_("b", Role.BUREAU_OFFICER), params={"cursor": there}).is_success
