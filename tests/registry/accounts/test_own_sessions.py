"""One's own sessions: seen by their person alone, and ended by who shows once more who they are."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.registry.accounts.queries import sessions
from shared.service_tables import idempotency_key
from tests.registry.accounts.test_second_factor import code_of, set_up
from tests.registry.accounts.test_sign_in import bearer, reads, sign_in
from tests.registry.conftest import Registry


def own(registry: Registry, session: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.http.get("/v1/sessions", headers=bearer(session)).json()["items"]
    return found


def end(registry: Registry, session: dict[str, Any], **body: Any) -> tuple[int, Any]:
    """What came of it: how many have ended, or what is wrong with which field."""
    headers = bearer(session) | {"Idempotency-Key": "k"}
    answer = registry.http.post("/v1/sessions/end", json=body, headers=headers)
    said = answer.json()
    return answer.status_code, said.get("ended", [each["code"] for each in said.get("errors", ())])


def test_a_person_sees_their_sessions_and_ends_one_or_all_others(registry: Registry, now: datetime) -> None:
    first, second, other = (sign_in(registry, name).json() for name in ("bureau", "bureau", "leader"))
    seen = own(registry, second)
    assert [each["current"] for each in seen] == [False, True]
    (foreign,) = own(registry, other)
    assert end(registry, second, session_id=foreign["id"]) == (404, [])
    assert end(registry, second, session_id=seen[0]["id"]) == (200, 1)
    assert [reads(registry, each) for each in (first, second, other)] == [401, 200, 200]
    assert end(registry, second, session_id=seen[0]["id"]) == (404, [])
    third = sign_in(registry, "bureau").json()
    assert end(registry, second) == (200, 1)
    assert ([reads(registry, each) for each in (second, third)], len(own(registry, second))) == ([200, 401], 1)
    entry = registry.get("auditor", "/v1/audit?limit=200").json()["items"][-1]
    assert (entry["by"], entry["action"], entry["object"], entry["outcome"]) == (
        "bureau", "end_own_sessions", "bureau", "done",
    )  # fmt: skip


def test_who_signed_in_a_while_ago_shows_a_password_or_a_code_and_guesses_are_counted(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    sign_in(registry, "bureau")
    session = sign_in(registry, "bureau").json()
    with monkeypatch.context() as a_while_later:
        a_while_later.setattr(sessions, "FRESH", timedelta(seconds=-1))
        assert end(registry, session) == (422, ["shown_again"])
    assert end(registry, session, password="wrong") == (422, ["password_wrong"])
    assert end(registry, session, code="000000") == (422, ["code_wrong"])  # there is no authenticator
    password = registry.credentials["bureau"]["password"]
    assert end(registry, session, password=password) == (200, 1)
    sign_in(registry, "bureau")
    uri = set_up(registry, session, "bureau").json()["otpauth_uri"]
    assert set_up(registry, session, "bureau", code=code_of(uri, now)).status_code == 200
    code = code_of(uri, now + timedelta(seconds=30))
    assert [end(registry, session, code=code) for _ in range(2)] == [(200, 1), (422, ["code_wrong"])]
    for _ in range(2):
        end(registry, session, password="wrong")
    assert end(registry, session, password=password)[0] == 429
    with registry.context.database.reading() as reading:
        kept = select(func.count()).where(idempotency_key.c.scope.contains("sessions/end"))
        assert reading.execute(kept).scalar() == 0  # nor a fingerprint of a password
