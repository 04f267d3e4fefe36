"""Systems of institutions hear of their own registrations, signed and in order, and of nobody else's."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from sqlalchemy import text
from standardwebhooks import WebhookVerificationError

from services.notify.consumers import HANDLERS, follow_institutions
from services.notify.deliveries import commands, queries
from services.notify.deliveries.workers import Lane, send_to_endpoints
from shared import clock
from shared.auth import Role
from shared.contracts.institution import InstitutionDeactivated, InstitutionReactivated
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationRevoked
from shared.db import Database
from shared.service import Context
from tests.notify.conftest import At, forget_what_was_said
from tests.notify.institutions import A, B, Partner, arrive, happened, partner, send_all, verified
from tests.rights import Issuer

As = Callable[..., dict[str, str]]
OPERATOR = {"code": "operations", "post_zh": "运维", "post_en": "Operations", "login": "op", "duty": "operator"}


@pytest.fixture
def ours(client: httpx.Client, issuer: Issuer) -> Iterator[Partner]:
    with partner(client, issuer, A) as found:
        yield found


@pytest.fixture
def theirs(client: httpx.Client, issuer: Issuer) -> Iterator[Partner]:
    with partner(client, issuer, B) as found:
        yield found


def test_an_institution_hears_of_its_own_registrations_and_of_no_other(
    ours: Partner, theirs: Partner, city: Database, context: Context
) -> None:
    mine, other = ours.endpoint(description="人事系统"), theirs.endpoint()
    assert all(HANDLERS[each].__name__ == "deliver_to_institutions" for each in REGISTRATION_EVENTS)
    hidden: dict[str, Any] = {
        "moved_with": {UUID(int=5): 2},
        "yields": True,
    }  # of a registration that is another institution's
    arrive(city, happened(A, **hidden), happened(B), happened(UUID(int=0xC)))
    send_all(context)
    for one, endpoint in ((ours, mine), (theirs, other)):
        (received,) = one.hears.received
        said = verified(received, endpoint["secret"])
        assert said["data"]["institution_id"] == str(one.institution)
        assert (said["type"], said["id"]) == ("registry.registration.recognised.v1", received.headers["webhook-id"])
        assert not {"moved_with", "yields"} & said["data"].keys()
        (delivery,) = one.ask("GET", f"/{endpoint['id']}/deliveries").json()["items"]
        assert (delivery["event_id"], delivery["state"]) == (said["id"], "delivered")
        assert [each["code"] for each in delivery["attempts"]] == ["200"]
        assert [each["id"] for each in one.ask("GET").json()["items"]] == [endpoint["id"]]
    with pytest.raises(WebhookVerificationError):
        verified(ours.hears.received[0], other["secret"])


def test_another_institutions_endpoint_is_as_if_absent(ours: Partner, theirs: Partner, city: Database) -> None:
    other = theirs.endpoint()["id"]
    bodies: dict[str, Any] = {"": {"enabled": False}, "/replay": {"since": "2019-01-01T00:00:00Z"}}
    wanted = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/deliveries")]
    for method, path in [*wanted, ("POST", "/rotate"), ("POST", "/test"), ("POST", "/replay")]:
        body = {"json": bodies[path]} if path in bodies and method in ("PATCH", "POST") else {}
        assert ours.ask(method, f"/{other}{path}", **body).status_code == 404, (method, path)
    assert theirs.ask("GET", f"/{other}").json()["enabled"]
    assert ours.ask("GET").json()["items"] == []


def test_a_secret_is_shown_once_and_for_a_day_both_sign(
    ours: Partner, city: Database, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ours.ask("POST", json={"url": ours.hears.url}, headers={"Idempotency-Key": "one"}).json()
    again = ours.ask("POST", json={"url": ours.hears.url}, headers={"Idempotency-Key": "one"}).json()
    assert (again["id"], again["secret"]) == (made["id"], None)
    assert "secret" not in ours.ask("GET", f"/{made['id']}").json()
    new = ours.ask("POST", f"/{made['id']}/rotate", role=Role.INSTITUTION_REVIEWER).json()["secret"]
    arrive(city, happened())
    send_all(context)
    (both,) = ours.hears.received
    assert verified(both, made["secret"]) == verified(both, new)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    arrive(city, happened(version=2))
    send_all(context)
    assert ours.hears.received[1].headers["webhook-signature"].count("v1,") == 1
    with city.reading() as session:
        kept = str(session.execute(text("SELECT * FROM webhook_endpoints")).all())
    assert not any(secret in kept for secret in (made["secret"], new, ours.hears.url))


def test_what_happened_since_is_sent_again_by_the_same_ids(ours: Partner, city: Database, context: Context) -> None:
    """Also what happened while it was off; what it does not ask for is not."""
    endpoint = ours.endpoint(events=["registry.registration.recognised.v1"])["id"]
    before = happened(registration=UUID(int=1), time=clock.now() - timedelta(days=2))
    assert arrive(city, before, happened(registration=UUID(int=2)), happened(kind=RegistrationRevoked, version=2))
    send_all(context)
    assert ours.ask("PATCH", f"/{endpoint}", json={"enabled": False}).json()["disabled_code"] is None
    assert not arrive(city, happened(registration=UUID(int=3))), "there is nothing to wake senders for"
    send_all(context)
    since = {"since": (clock.now() - timedelta(days=1)).isoformat()}
    refused = ours.ask("POST", f"/{endpoint}/replay", json=since)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/endpoint-off")
    ours.ask("PATCH", f"/{endpoint}", json={"enabled": True})
    answer = ours.ask("POST", f"/{endpoint}/replay", json=since)
    assert (answer.status_code, answer.json()["resent"]) == (202, 2)
    send_all(context)
    heard = [each["data"]["registration_id"][-1] for each in ours.heard]
    assert (sorted(heard[:2]), sorted(heard[2:])) == (["1", "2"], ["2", "3"])
    assert len({each["id"] for each in ours.heard}) == 3
    assert ours.ask("POST", f"/{endpoint}/replay", json={"since": "2019-01-01T00:00:00Z"}).json()["resent"] == 3


def test_what_was_sent_is_kept_for_ninety_days_and_what_is_on_its_way_until_it_arrived(
    ours: Partner, city: Database, context: Context, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands.endpoints, "FORGOTTEN_AT_ONCE", 2)
    at("2026-08-01T09:00")
    endpoint, begun = ours.endpoint()["id"], clock.now()
    arrive(city, *[happened(registration=UUID(int=n)) for n in range(1, 6)])
    send_all(context)
    arrive(city, happened(registration=UUID(int=6)))  # nobody sends it for 90 days
    at("2026-10-30T08:59")
    assert commands.forget_events(city) == 0
    arrive(city, happened(registration=UUID(int=7)))
    at("2026-10-30T09:01")
    assert (commands.forget_events(city), commands.forget_events(city)) == (5, 0)
    send_all(context)
    assert sorted(each["data"]["registration_id"][-1] for each in ours.heard[5:]) == ["6", "7"]
    assert (commands.forget_events(city), commands.forget_events(city)) == (1, 0)
    (left,) = ours.ask("GET", f"/{endpoint}/deliveries").json()["items"]
    assert (left["state"], [each["code"] for each in left["attempts"]]) == ("delivered", ["200"])
    since = {"since": begun.isoformat()}
    assert ours.ask("POST", f"/{endpoint}/replay", json=since).json()["resent"] == 1
    with city.reading() as session:
        counts = [session.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("messages", "attempts")]
    assert counts == [1, 1]


def test_days_of_failures_switch_it_off_and_say_so(
    client: httpx.Client, ours: Partner, theirs: Partner, city: Database, context: Context, as_: As, at: At
) -> None:
    client.post("/v1/recipients", headers=as_("b", Role.BUREAU_OFFICER), json=OPERATOR)
    forget_what_was_said(city)
    endpoint = ours.endpoint()["id"]
    ours.hears.judge = lambda _: (503, {}, b"")
    at("2026-03-02 09:00")
    arrive(city, happened())
    for day in range(2, 9):
        at(f"2026-03-{day:02} 10:00")
        send_all(context)
        assert ours.ask("GET", f"/{endpoint}").json()["enabled"] is (day < 8)
        with city.reading() as session:
            assert queries.oldest_wait(session) == 0  # the institution sees to it, and no operator is called
    shown = ours.ask("GET", f"/{endpoint}").json()
    assert (shown["disabled_code"], shown["failing_since"]) == ("503", "2026-03-02T02:00:00Z")
    mine = client.get("/v1/alerts", headers=_token_of(ours)).json()["items"]
    operators = client.get("/v1/alerts", headers=as_("op", Role.OPERATOR)).json()["items"]
    for said in (mine, operators):
        (alert,) = said
        assert (alert["kind"], alert["severity"], alert["programme"]) == ("endpoint_off", "warning", "")
        assert "127.0.0.1" in alert["title"]
        assert "/hook" not in str(alert)
    for nobody in (_token_of(theirs), as_("leader"), as_("else", Role.OPERATOR)):
        assert client.get("/v1/alerts", headers=nobody).json()["items"] == []
        assert client.get(f"/v1/alerts/{mine[0]['id']}", headers=nobody).status_code == 404
    ours.hears.judge = lambda _: (204, {}, b"")
    ours.ask("PATCH", f"/{endpoint}", json={"enabled": True})
    assert client.get("/v1/alerts", headers=_token_of(ours)).json()["items"][0]["state"] == "closed"
    arrive(city, happened(version=2))
    send_all(context)
    assert ours.heard[-1]["data"]["version"] == 2


def _token_of(one: Partner) -> dict[str, str]:
    token = one._issuer.token(Role.INSTITUTION_CLERK, nobodys=True, institution_id=str(one.institution))
    return {"Authorization": f"Bearer {token}"}


def test_a_receiver_that_is_gone_or_leads_inside_is_switched_off_at_once(
    ours: Partner, city: Database, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ours.endpoint()["id"]
    ours.hears.judge = lambda _: (410, {}, b"")
    inside = ours.ask("POST", json={"url": "https://hooks.example.org/x"}).json()["id"]
    real = socket.getaddrinfo

    def resolved(host: str, *args: Any, **more: Any) -> Any:
        return [(2, 1, 6, "", ("10.0.0.8", 443))] if host.endswith("example.org") else real(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    arrive(city, happened())
    send_all(context)
    shown = {each["id"]: each["disabled_code"] for each in ours.ask("GET").json()["items"]}
    assert shown == {gone: "410", inside: "address_refused"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.org/x", "https_needed"),
        ("https://10.0.0.8/x", "address_refused"),
        ("https://[::ffff:10.0.0.8]/x", "address_refused"),
        ("https://user:secret@hooks.example.org/x", "url_invalid"),
        ("ftp://hooks.example.org/x", "url_invalid"),
    ],
)
def test_where_nothing_is_sent_no_endpoint_is_made(ours: Partner, city: Database, url: str, code: str) -> None:
    answer = ours.ask("POST", json={"url": url})
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (422, [code])
    assert "example" not in answer.text
    endpoint = ours.endpoint()["id"]
    assert ours.ask("PATCH", f"/{endpoint}", json={"url": url}).status_code == 422


def test_events_of_a_registration_come_in_order_and_one_that_hangs_delays_nobody(
    ours: Partner, theirs: Partner, city: Database, context: Context
) -> None:
    ours.endpoint()
    theirs.endpoint()
    ours.hears.behaviour = "hang"
    many = [happened(B, uuid5(B, str(n % 10)), n // 10 + 1) for n in range(40)]
    arrive(city, *(happened(A, uuid5(A, str(n))) for n in range(10)), *many)
    lanes: dict[str, Lane] = {}
    began = time.monotonic()
    while len(theirs.hears.received) < 40 and time.monotonic() - began < 10:
        send_to_endpoints(context, "", lanes)
    versions: dict[str, list[int]] = {}
    for each in theirs.heard:
        versions.setdefault(each["data"]["registration_id"], []).append(each["data"]["version"])
    assert list(versions.values()) == [[1, 2, 3, 4]] * 10
    ours.hears.over.set()
    for lane in lanes.values():
        lane.close()


def test_a_trial_goes_to_one_endpoint_and_is_never_sent_again(ours: Partner, city: Database, context: Context) -> None:
    endpoint, other = ours.endpoint(), ours.endpoint()
    tried = ours.ask("POST", f"/{endpoint['id']}/test")
    assert (tried.status_code, tried.json()["state"]) == (202, "pending")
    send_all(context)
    (received,) = ours.hears.received
    assert verified(received, endpoint["secret"])["type"] == "notify.webhook.test.v1"
    for each in (endpoint, other):
        assert ours.ask("POST", f"/{each['id']}/replay", json={"since": "2019-01-01T00:00:00Z"}).json()["resent"] == 0


def test_one_that_was_removed_hears_nothing_and_ten_are_enough(ours: Partner, city: Database, context: Context) -> None:
    endpoint = ours.endpoint()["id"]
    arrive(city, happened())
    assert ours.ask("DELETE", f"/{endpoint}", headers={"If-Match": '"7"'}).status_code == 412
    assert ours.ask("DELETE", f"/{endpoint}").status_code == 204
    send_all(context)
    assert (ours.heard, ours.ask("GET").json()["items"]) == ([], [])
    for _ in range(10):
        ours.endpoint()
    refused = ours.ask("POST", json={"url": ours.hears.url})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-endpoints")


def test_an_institution_that_was_deactivated_hears_nothing_whatever_token_it_still_has(
    ours: Partner, theirs: Partner, city: Database, context: Context
) -> None:
    """W07's neighbour: a partner that left, whose endpoint would go on hearing what becomes of its registrations."""
    endpoint, other = ours.endpoint(), theirs.endpoint()
    arrive(city, happened(A))  # on its way when the bureau deactivates it
    left = InstitutionDeactivated(institution_id=A, version=2)
    for _ in range(2):  # once more after a crash
        with city.writing() as session:
            follow_institutions(session, [left])
    arrive(city, happened(A, version=2), happened(B))
    send_all(context)
    assert (len(ours.heard), len(theirs.heard)) == (0, 1)
    path = f"/{endpoint['id']}"
    shown = ours.ask("GET", path).json()
    assert (shown["enabled"], shown["disabled_code"], shown["version"]) == (False, "institution_inactive", 2)
    again = ours.ask("PATCH", path, json={"enabled": True}), ours.ask("POST", json={"url": ours.hears.url})
    for answer in again:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/institution-inactive")
    assert ours.ask("PATCH", path, json={"description": "旧系统"}).status_code == 200
    assert theirs.ask("PATCH", f"/{other['id']}", json={"enabled": True}).status_code == 200
    with city.writing() as session:
        follow_institutions(session, [InstitutionReactivated(institution_id=A, version=3)])
    assert not ours.ask("GET", path).json()["enabled"]
    assert ours.ask("PATCH", path, json={"enabled": True}).status_code == 200
    arrive(city, happened(A, version=3))
    send_all(context)
    assert [each["data"]["version"] for each in ours.heard] == [3]
