"""Partners, their clients and tokens: who gets one, what it says, how long a secret lasts."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.institution import InstitutionDeactivated, InstitutionEvent, InstitutionReactivated
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation_code, person

GRANT = {"grant_type": "client_credentials"}


def ask_token(registry: Registry, client_id: str, secret: str) -> Any:
    return registry.http.post("/oauth/token", data=GRANT | {"client_id": client_id, "client_secret": secret})


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def held(registry: Registry, name: str) -> tuple[str, str]:
    return registry.credentials[name]["client_id"], registry.credentials[name]["client_secret"]


def clients_of_a(registry: Registry) -> str:
    return f"/v1/institutions/{registry.credentials['institution-a-clerk']['institution_id']}/clients"


def new_client(registry: Registry) -> dict[str, Any]:
    answer = registry.post("operator", clients_of_a(registry), {"name": "新客户端", "role": "institution_clerk"})
    assert answer.status_code == 201
    path = f"{clients_of_a(registry)}/{answer.json()['client_id']}/approve"
    assert registry.post("bureau-3", path).status_code == 200
    return dict(answer.json())


def test_a_secret_is_taken_from_the_form_or_the_header(registry: Registry) -> None:
    client_id, secret = held(registry, "bureau")
    by_form = ask_token(registry, client_id, secret)
    by_header = registry.http.post("/oauth/token", data=GRANT, headers=basic(client_id, secret))
    for answer in (by_form, by_header):
        assert answer.status_code == 200
        assert {k: v for k, v in answer.json().items() if k != "access_token"} == {
            "token_type": "Bearer", "expires_in": 900, "scope": "bureau_officer",
        }  # fmt: skip


def test_every_failure_looks_the_same(registry: Registry) -> None:
    withdrawn = new_client(registry)
    path = f"{clients_of_a(registry)}/{withdrawn['client_id']}"
    assert registry.ask("operator", "DELETE", path).status_code == 200
    idle = registry.get("bureau", f"/v1/institutions/{registry.credentials['institution-b-clerk']['institution_id']}")
    changed = registry.ask(
        "bureau", "PATCH", f"/v1/institutions/{idle.json()['id']}", {"active": False}, If_Match=idle.headers["etag"]
    )
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    client_id, secret = held(registry, "bureau")
    answers = [
        ask_token(registry, client_id, "wrong"),
        ask_token(registry, "nobody", secret),
        ask_token(registry, "", ""),
        ask_token(registry, withdrawn["client_id"], withdrawn["client_secret"]),
        ask_token(registry, *held(registry, "institution-b-clerk")),
        registry.http.post("/oauth/token", data=GRANT, headers={"Authorization": "Basic ===="}),
        registry.http.post("/oauth/token", data=GRANT, headers={"Authorization": "Bearer x"}),
        registry.http.post("/oauth/token", data=GRANT, headers=basic(client_id, "wrong")),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    bodies = [{**answer.json(), "instance": None} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert (bodies[0]["type"], bodies[0]["error"]) == ("/problems/invalid-client", "invalid_client")


def test_w07_that_a_partner_leaves_or_comes_back_is_announced_once(registry: Registry) -> None:
    """Its endpoints at notify end by it (`test_an_institution_that_was_deactivated_hears_nothing_…`)."""
    path = f"/v1/institutions/{registry.credentials['institution-b-clerk']['institution_id']}"
    for change in ({"active": False}, {"active": False}, {"name": "改名单位"}, {"active": True}):
        tag = registry.get("bureau", path).headers["etag"]
        assert registry.ask("bureau", "PATCH", path, change, If_Match=tag).status_code == 200
    events = [each for each in registry.announced() if isinstance(each, InstitutionEvent)]
    assert [(type(each), each.version) for each in events] == [(InstitutionDeactivated, 2), (InstitutionReactivated, 4)]
    assert {f"/v1/institutions/{each.institution_id}" for each in events} == {path}


@pytest.mark.parametrize("grant", [{}, {"grant_type": "password"}, {"grant_type": "authorization_code"}])
def test_no_other_grant_is_known(registry: Registry, grant: dict[str, str]) -> None:
    client_id, secret = held(registry, "bureau")
    answer = registry.http.post("/oauth/token", data=grant | {"client_id": client_id, "client_secret": secret})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_form_that_is_no_text_is_refused(registry: Registry) -> None:
    for body in (b"grant_type=client_credentials&client_id=%ff&client_secret=%ff", b"\xff\xfe", b"%"):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert 400 <= registry.http.post("/oauth/token", content=body, headers=headers).status_code < 500


def test_a_rotated_secret_is_good_for_one_more_day(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = new_client(registry)
    rotated = registry.post("operator", f"{clients_of_a(registry)}/{client['client_id']}/rotate").json()
    assert rotated["client_secret"] != client["client_secret"]
    now = clock.now()
    for later, good in [(timedelta(hours=23, minutes=59), 200), (timedelta(days=1, minutes=1), 401)]:
        monkeypatch.setattr(clock, "now", lambda at=now + later: at)
        assert ask_token(registry, client["client_id"], client["client_secret"]).status_code == good
        assert ask_token(registry, client["client_id"], rotated["client_secret"]).status_code == 200


def test_w07_a_rotation_can_be_immediate_and_ends_the_tokens_of_the_old_secret(registry: Registry) -> None:
    client = new_client(registry)
    path, held_by = f"{clients_of_a(registry)}/{client['client_id']}/rotate", (client["client_id"],)

    def reads(secret: str) -> Any:
        token = ask_token(registry, *held_by, secret).json()["access_token"]
        return lambda: registry.http.get("/v1/programmes", headers={"Authorization": f"Bearer {token}"}).status_code

    first = reads(client["client_secret"])
    second = registry.post("operator", path).json()["client_secret"]
    other = reads(second)
    assert (first(), other()) == (200, 200)  # the old one is good for one more day
    third = registry.post("operator", path, {"immediate": True}).json()["client_secret"]
    last = reads(third)
    assert (first(), other(), last()) == (401, 401, 200)
    for old in (client["client_secret"], second):
        assert ask_token(registry, client["client_id"], old).status_code == 401


def test_w07_a_secret_is_shown_once_and_stored_nowhere_in_clear(registry: Registry) -> None:
    client = new_client(registry)
    path = f"{clients_of_a(registry)}/{client['client_id']}"
    rotated = registry.post("operator", path + "/rotate", Idempotency_Key="once").json()
    again = registry.post("operator", path + "/rotate", Idempotency_Key="once").json()
    assert again == rotated | {"client_secret": None, "secret_shown_before": True}
    listed = registry.get("operator", clients_of_a(registry))
    assert client["client_id"] in listed.text
    held_there = stored(registry.context.database.url)
    for secret in (client["client_secret"], rotated["client_secret"], held(registry, "bureau")[1]):
        assert secret not in listed.text
        assert secret.encode() not in held_there
    assert client["client_id"].encode() in held_there
    withdrawn = registry.ask("operator", "DELETE", path).json()
    assert withdrawn["revoked_at"]
    assert withdrawn["client_secret"] is None
    assert registry.post("operator", path + "/rotate").status_code == 404


def test_a_token_ends_with_its_client(registry: Registry) -> None:
    client, other = new_client(registry), new_client(registry)
    bearers = {
        each[
            "client_id"
        ]: f"Bearer {ask_token(registry, each['client_id'], each['client_secret']).json()['access_token']}"
        for each in (client, other)
    }

    def statuses() -> list[int]:
        return [
            registry.http.get("/v1/registrations", headers={"Authorization": bearer}).status_code
            for bearer in bearers.values()
        ]

    assert statuses() == [200, 200]
    assert registry.ask("operator", "DELETE", f"{clients_of_a(registry)}/{client['client_id']}").status_code == 200
    assert statuses() == [401, 200]


def admit(registry: Registry, **changes: Any) -> Any:
    return registry.post("bureau", "/v1/institutions", {"name": "新单位", "reporting_unit": "xihu"} | changes)


def test_a_partner_is_admitted_once(registry: Registry) -> None:
    first = admit(registry, uscc=organisation_code(1).lower())
    assert (first.status_code, first.json()["uscc"], first.headers["etag"]) == (201, organisation_code(1), '"1"')
    again = admit(registry, name="别名", uscc=organisation_code(1))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-admitted")
    assert [admit(registry).status_code, admit(registry).status_code] == [201, 201]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reporting_unit": "nowhere"}, "/reporting_unit"),
        ({"uscc": "91360100MA0000O07E"}, "/uscc"),
        ({"name": "  "}, "/name"),
        ({"name": "甲\u0000"}, "/name"),
        ({"reporting_unit": "a\u0000"}, "/reporting_unit"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_a_partner_is_not_admitted_with_wrong_values(registry: Registry, changes: dict[str, Any], pointer: str) -> None:
    refused = admit(registry, **changes)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize("name", ["=A1", "无", "学校\U0001f600"])
def test_u10_a_partner_has_a_name(registry: Registry, name: str) -> None:
    assert [each["pointer"] for each in admit(registry, name=name).json()["errors"]] == ["/name"]
    path = f"/v1/institutions/{admit(registry).json()['id']}"
    assert registry.ask("bureau", "PATCH", path, {"name": name}, If_Match='"1"').status_code == 422


def test_a_partner_is_changed_at_the_version_that_was_read(registry: Registry) -> None:
    path = f"/v1/institutions/{admit(registry).json()['id']}"
    assert registry.ask("bureau", "PATCH", path, {"name": "乙"}).status_code == 428
    assert registry.ask("bureau", "PATCH", path, {"name": "乙"}, If_Match='"2"').status_code == 412
    assert registry.ask("bureau", "PATCH", path, {"reporting_unit": "no"}, If_Match='"1"').status_code == 422
    changed = registry.ask("bureau", "PATCH", path, {"name": "乙"}, If_Match='"1"')
    assert (changed.json()["name"], changed.headers["etag"]) == ("乙", '"2"')
    assert registry.get("bureau", path).json() == changed.json()


def test_clients_of_nobody_are_not_found(registry: Registry) -> None:
    absent = f"/v1/institutions/{UUID(int=7)}/clients"
    assert registry.get("operator", absent).status_code == 404
    assert registry.post("operator", absent, {"name": "甲", "role": "institution_clerk"}).status_code == 404
    assert registry.post("operator", f"{clients_of_a(registry)}/institution-b-clerk/rotate").status_code == 404
    assert registry.ask("operator", "DELETE", f"{clients_of_a(registry)}/bureau").status_code == 404


@pytest.mark.parametrize("role", ["bureau_officer", "district_officer", "leader", "auditor", "operator"])
def test_an_institution_gets_no_other_role(registry: Registry, role: str) -> None:
    refused = registry.post("operator", clients_of_a(registry), {"name": "甲", "role": role})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/role")


def test_a_new_client_registers_for_its_institution(registry: Registry) -> None:
    client = new_client(registry)
    token = ask_token(registry, client["client_id"], client["client_secret"]).json()["access_token"]
    answer = registry.http.post("/v1/registrations", json=person(), headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["institution_id"]) == (201, client["institution_id"])
