"""The second factor: set up by its owner, used once each time, and taken away by two officers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyotp import TOTP, parse_uri
from sqlmodel import update

from services.registry.accounts.models import SignInSession
from services.registry.accounts.queries import sessions
from services.registry.accounts.rules.codes import accepted_at
from shared import clock
from shared.config import settings
from tests.databases import stored
from tests.registry.accounts.test_accounts import account_of
from tests.registry.accounts.test_sign_in import NEW, bearer, reads, sign_in
from tests.registry.conftest import Registry

# RFC 6238, appendix B, by SHA-1, of which six digits are the last.
SECRET, AT, CODE = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109, "081804"


def test_a_code_is_that_of_the_standard_and_good_once() -> None:
    at = datetime.fromtimestamp(AT, UTC)
    half_minute = AT // 30
    assert accepted_at(SECRET, CODE, at, None) == half_minute
    assert [accepted_at(SECRET, CODE, at + timedelta(seconds=30 * n), None) for n in (-2, -1, 1, 2)] == [
        None, half_minute, half_minute, None,
    ]  # fmt: skip
    assert accepted_at(SECRET, CODE, at, half_minute) is None
    for wrong in ("", "081805", "81804", "０８１８０４"):
        assert accepted_at(SECRET, wrong, at, None) is None


def code_of(uri: str, at: datetime) -> str:
    made = parse_uri(uri)
    assert isinstance(made, TOTP)
    return made.at(at)


def set_up(registry: Registry, session: dict[str, Any], login: str, **body: str) -> Any:
    path = f"/v1/accounts/{account_of(registry, login)['id']}/second-factor"
    return registry.http.post(path, json=body, headers=bearer(session))


def test_whoever_sets_up_a_second_factor_shows_it_from_then_on(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    session = sign_in(registry, "bureau").json()
    assert set_up(registry, session, "bureau-2").status_code == 404
    earlier, uri = (set_up(registry, session, "bureau").json()["otpauth_uri"] for _ in range(2))
    assert parse_uri(earlier).secret != parse_uri(uri).secret
    assert len(parse_uri(uri).secret) == 32  # characters of base32: 160 bits (RFC 4226, 4)
    assert sign_in(registry, "bureau").status_code == 200  # it is not confirmed yet
    wrong = set_up(registry, session, "bureau", code="000000")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/code")
    assert set_up(registry, session, "bureau", code=code_of(uri, now)).json()["confirmed"] is True
    needed = sign_in(registry, "bureau")
    assert (needed.status_code, needed.json()["type"]) == (403, "/problems/code-needed")
    assert sign_in(registry, "bureau", "wrong").status_code == 401
    assert sign_in(registry, "bureau", code=code_of(uri, now)).status_code == 401  # it was used
    later = now + timedelta(seconds=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sign_in(registry, "bureau", code=code_of(uri, later)).status_code == 200
    assert sign_in(registry, "bureau", code=code_of(uri, later)).status_code == 401
    assert parse_uri(uri).secret.encode() not in stored(registry.context.database.url)


@pytest.mark.parametrize("login", ["operator", "bureau", "leader", "institution-a-clerk"])
def test_in_production_nobody_signs_in_without_one(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, now: datetime, login: str
) -> None:
    production = settings().model_copy(update={"environment": "production"})
    monkeypatch.setattr(sessions, "settings", lambda: production)
    assert sign_in(registry, login, "wrong").json().get("otpauth_uri") is None
    needed = sign_in(registry, login)
    assert (needed.status_code, needed.json()["type"]) == (403, "/problems/second-factor-needed")
    refused = sign_in(registry, login, code="000000")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/sign-in-refused")
    first = sign_in(registry, login, code=code_of(needed.json()["otpauth_uri"], now))
    assert first.status_code == 200, first.text
    assert sign_in(registry, login).json()["type"] == "/problems/code-needed"


def test_a_first_authenticator_is_set_up_by_who_signed_in_just_now(registry: Registry) -> None:
    """Neither in a session that was left open, nor by a client of the person, whose secret is no password."""
    session, account = sign_in(registry, "bureau").json(), account_of(registry, "bureau")
    by_client = registry.post("bureau", f"/v1/accounts/{account['id']}/second-factor", {})
    with registry.context.database.writing() as rows:
        rows.exec(update(SignInSession).values(began_at=clock.now() - timedelta(minutes=5, seconds=1)))
    for refused in (by_client, set_up(registry, session, "bureau")):
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "signed_in_long_ago")
    assert set_up(registry, sign_in(registry, "bureau").json(), "bureau").json()["otpauth_uri"]


def test_a_lost_authenticator_takes_two_officers(registry: Registry, now: datetime) -> None:
    session = sign_in(registry, "leader").json()
    uri = set_up(registry, session, "leader").json()["otpauth_uri"]
    assert set_up(registry, session, "leader", code=code_of(uri, now)).status_code == 200
    path = f"/v1/accounts/{account_of(registry, 'leader')['id']}/second-factor/reset"
    assert [registry.post(name, path).status_code for name in ("operator", "operator")] == [202, 202]
    assert sign_in(registry, "leader").status_code == 403
    assert registry.post("bureau", path).json() == {"confirmed": False, "otpauth_uri": None, "awaiting": None}
    assert reads(registry, session) == 401
    assert sign_in(registry, "leader").status_code == 200


def test_a_lost_password_leaves_the_second_factor_as_it_is(registry: Registry, now: datetime) -> None:
    session = sign_in(registry, "leader").json()
    uri = set_up(registry, session, "leader").json()["otpauth_uri"]
    assert set_up(registry, session, "leader", code=code_of(uri, now)).status_code == 200
    path = f"/v1/accounts/{account_of(registry, 'leader')['id']}/reset-password"
    assert registry.post("bureau", path).status_code == 202
    needed = sign_in(registry, "leader", registry.post("bureau-2", path).json()["password"], new_password=NEW)
    assert (needed.status_code, needed.json()["type"]) == (403, "/problems/code-needed")


def test_an_authenticator_gives_way_to_another_by_its_own_code(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    session = sign_in(registry, "leader").json()
    uri = set_up(registry, session, "leader").json()["otpauth_uri"]
    assert set_up(registry, session, "leader", code=code_of(uri, now)).status_code == 200
    refused = set_up(registry, session, "leader")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/code")
    later = now + timedelta(seconds=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    another = set_up(registry, session, "leader", code=code_of(uri, later))
    assert (another.status_code, another.json()["otpauth_uri"] not in (None, uri)) == (200, True)
