"""Accounts: issued by one, approved by another, and by nobody for themselves."""

from typing import Any

import pytest

from services.registry.accounts.commands import accounts as commands
from services.registry.accounts.commands.accounts import drawn_password
from tests.databases import stored
from tests.registry.accounts.test_sign_in import NEW, bearer, reads, sign_in
from tests.registry.conftest import Registry

PERSON = {"login": "liu", "name": "测试柳工", "role": "bureau_officer"}


def issue(registry: Registry, by: str = "operator", **changes: Any) -> Any:
    return registry.post(by, "/v1/accounts", PERSON | changes)


def account_of(registry: Registry, login: str) -> dict[str, Any]:
    items = registry.get("operator", "/v1/accounts").json()["items"]
    return next(dict(each) for each in items if each["login"] == login)


def test_w05_nobody_comes_in_before_another_approves_it(registry: Registry) -> None:
    issued = issue(registry, "bureau")
    assert issued.status_code == 201, issued.text
    path, first = f"/v1/accounts/{issued.json()['id']}", issued.json()["password"]
    assert sign_in(registry, "liu", first, new_password=NEW).status_code == 401
    refused = registry.post("bureau", f"{path}/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/another-approves")
    approved = registry.post("bureau-2", f"{path}/approve")
    assert (approved.status_code, approved.json()["state"], approved.json()["approved_by"]) == (
        200,
        "approved",
        "bureau-2",
    )
    needed = sign_in(registry, "liu", first)
    assert (needed.status_code, needed.json()["type"]) == (403, "/problems/new-password-needed")
    assert sign_in(registry, "liu", first, new_password=NEW).status_code == 200
    assert sign_in(registry, "liu", first, new_password=NEW).status_code == 401
    assert sign_in(registry, "liu", NEW).status_code == 200


def test_w05_another_role_is_approved_anew_and_nobody_approves_themselves(registry: Registry) -> None:
    leader = account_of(registry, "leader")
    path, version = f"/v1/accounts/{leader['id']}", f'"{leader["version"]}"'
    session, client = sign_in(registry, "leader").json(), registry.token("leader")
    same = {"role": "leader", "name": leader["name"]}
    unchanged = registry.ask("bureau", "PATCH", path, same, If_Match=version)
    assert (unchanged.status_code, unchanged.json()["version"], reads(registry, session)) == (
        200,
        leader["version"],
        200,
    )
    changed = registry.ask("bureau", "PATCH", path, {"role": "bureau_officer"}, If_Match=version)
    assert (changed.status_code, changed.json()["state"], changed.json()["issued_by"]) == (200, "issued", "bureau")
    assert reads(registry, session) == reads(registry, {"access_token": client}) == 401
    assert registry.post("bureau", f"{path}/approve").status_code == 409
    assert registry.post("bureau-2", f"{path}/approve").status_code == 200
    assert reads(registry, {"access_token": client}) == 401  # it says the role of before
    promoted = sign_in(registry, "leader").json()
    assert promoted["scope"] == "bureau_officer"
    own = registry.http.patch(path, json={"role": "auditor"}, headers=bearer(promoted) | {"If-Match": "*"})
    assert own.status_code == 200
    assert reads(registry, promoted) == 401


def test_w07_a_suspended_person_is_out_at_once(registry: Registry) -> None:
    path = f"/v1/accounts/{account_of(registry, 'bureau-3')['id']}"
    session, client = sign_in(registry, "bureau-3").json(), {"access_token": registry.token("bureau-3")}
    assert (reads(registry, session), reads(registry, client)) == (200, 200)
    assert registry.post("operator", f"{path}/suspend").json()["state"] == "suspended"
    assert (reads(registry, session), reads(registry, client)) == (401, 401)
    assert sign_in(registry, "bureau-3").status_code == 401
    assert registry.post("bureau", f"{path}/approve").status_code == 200
    assert reads(registry, session) == 401
    assert sign_in(registry, "bureau-3").status_code == 200


def test_a_lost_password_takes_two_officers(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    session = sign_in(registry, "leader").json()
    path = f"/v1/accounts/{account_of(registry, 'leader')['id']}/reset-password"
    drawn: list[str] = []

    def draw() -> str:
        drawn.append(drawn_password())
        return drawn[-1]

    monkeypatch.setattr(commands, "drawn_password", draw)
    for officer in ("bureau", "bureau"):
        awaiting = registry.post(officer, path)
        assert (awaiting.status_code, awaiting.json()["awaiting"], awaiting.json()["password"]) == (
            202, "second_officer", None,
        )  # fmt: skip
    assert registry.post("operator", path).status_code == 202  # the second is a bureau officer
    assert drawn == []  # who only asks has none made, and no hash of it
    assert reads(registry, session) == 200
    reset = registry.post("bureau-2", path, Idempotency_Key="k")
    assert reset.status_code == 200
    again = registry.post("bureau-2", path, Idempotency_Key="k").json()
    assert (again["password"], again["password_shown_before"]) == (None, True)
    assert reads(registry, session) == 401
    assert sign_in(registry, "leader").status_code == 401
    assert sign_in(registry, "leader", reset.json()["password"], new_password=NEW).status_code == 200
    own = f"/v1/accounts/{account_of(registry, 'bureau')['id']}/reset-password"
    assert registry.post("bureau", own).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"role": "institution_clerk"}, ["/institution_id"]),
        ({"role": "district_officer"}, ["/reporting_unit"]),
        ({"role": "district_officer", "reporting_unit": "nowhere"}, ["/reporting_unit"]),
        ({"reporting_unit": "donghu"}, ["/reporting_unit"]),
        ({"institution_id": "01890000-0000-7000-8000-000000000000"}, ["/institution_id"]),
        ({"login": "Liu"}, ["/login"]),
        ({"role": "system"}, ["/role"]),
    ],
)
def test_an_account_is_bound_as_its_role_is(registry: Registry, changes: dict[str, Any], pointers: list[str]) -> None:
    refused = issue(registry, **changes)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, pointers)


def test_a_login_is_one_persons_and_no_clients(registry: Registry) -> None:
    for login in ("leader", registry.post(
        "operator",
        f"/v1/institutions/{registry.credentials['institution-a-clerk']['institution_id']}/clients",
        {"name": "甲", "role": "institution_clerk"},
    ).json()["client_id"]):  # fmt: skip
        refused = issue(registry, login=login)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/login-exists")


def test_a_name_is_sealed_and_shown_to_who_administers(registry: Registry) -> None:
    issue(registry)
    assert account_of(registry, "liu")["name"] == PERSON["name"]
    seen = {each["login"]: each["name"] for each in registry.get("auditor", "/v1/accounts").json()["items"]}
    assert seen["liu"] is None
    assert PERSON["name"].encode() not in stored(registry.context.database.url)
    assert PERSON["name"] not in registry.get("auditor", "/v1/audit?limit=200").text
