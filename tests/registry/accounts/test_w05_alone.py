"""What one person alone does not come to, by what another did before or since: an account, a machine, a password."""

from datetime import datetime

import pytest

from services.registry.accounts.commands import signing_in
from tests.registry.accounts.issued import token_answer
from tests.registry.accounts.test_accounts import account_of, issue
from tests.registry.accounts.test_own_clients import given
from tests.registry.accounts.test_second_factor import code_of
from tests.registry.accounts.test_sign_in import sign_in
from tests.registry.conftest import Registry

ANOTHER = (409, "/problems/another-approves")


def refused(registry: Registry, officer: str, path: str) -> bool:
    answer = registry.post(officer, f"{path}/approve")
    return (answer.status_code, answer.json().get("type")) == ANOTHER


def test_w05_who_prepared_an_account_does_not_approve_it_once_others_touched_it(registry: Registry) -> None:
    path = f"/v1/accounts/{issue(registry, 'bureau').json()['id']}"
    assert registry.post("operator", f"{path}/suspend").status_code == 200  # whoever saw it did not want it
    assert refused(registry, "bureau", path)
    assert registry.post("bureau-2", f"{path}/approve").status_code == 200
    for officer, role in (("bureau", "auditor"), ("operator", "leader")):
        assert registry.ask(officer, "PATCH", path, {"role": role}, If_Match="*").status_code == 200
    assert refused(registry, "bureau", path)
    assert registry.post("bureau-2", f"{path}/approve").status_code == 200
    assert registry.ask("operator", "PATCH", path, {"role": "auditor"}, If_Match="*").status_code == 200
    assert registry.post("bureau", f"{path}/approve").status_code == 200  # what it was before is settled


def test_w05_who_gives_an_officers_machine_a_secret_comes_in_by_it_no_more_than_by_a_new_one(
    registry: Registry,
) -> None:
    path = given(registry, "bureau-2")
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200
    old = registry.credentials["system"]
    registry.credentials |= {"old": old, "system": registry.post("bureau", f"{path}/rotate").json()}
    assert [token_answer(registry, name).status_code for name in ("old", "system")] == [401, 401]
    assert refused(registry, "bureau", path)
    assert refused(registry, "bureau-2", path)
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200  # who approved it before knows no secret
    assert token_answer(registry, "system").status_code == 200
    registry.credentials["own"] = registry.post("bureau-2", f"{path}/rotate").json()
    assert token_answer(registry, "own").status_code == 200


def test_w05_what_was_asked_for_who_signed_in_since_no_second_officer_completes(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    path = f"/v1/accounts/{account_of(registry, 'leader')['id']}"
    resets = (f"{path}/reset-password", f"{path}/second-factor/reset")
    monkeypatch.setattr(signing_in, "shows_factor", lambda: True)
    uri = sign_in(registry, "leader").json()["otpauth_uri"]
    assert [registry.post("operator", each).status_code for each in resets] == [202, 202]
    assert sign_in(registry, "leader", code=code_of(uri, now)).status_code == 200
    assert [registry.post("bureau", each).status_code for each in resets] == [202, 202]
    assert sign_in(registry, "leader").json()["type"] == "/problems/code-needed"


def test_w04_what_was_asked_for_of_an_account_no_second_officer_completes_once_it_is_another(
    registry: Registry,
) -> None:
    path = f"/v1/accounts/{account_of(registry, 'leader')['id']}"
    resets = (f"{path}/reset-password", f"{path}/second-factor/reset")
    for changed in ({"role": "auditor"}, None):
        assert [registry.post("operator", each).status_code for each in resets] == [202, 202]
        if changed:
            assert registry.ask("operator", "PATCH", path, changed, If_Match="*").status_code == 200
        else:
            assert registry.post("operator", f"{path}/suspend").status_code == 200
        assert registry.post("bureau-2", f"{path}/approve").status_code == 200
        assert [registry.post("bureau", each).status_code for each in resets] == [202, 202]
        assert [registry.post("bureau-2", each).status_code for each in resets] == [200, 200]
