"""Signing in: what a session says, how it goes on and ends, and that every refusal looks the same."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from services.registry.accounts.commands.accounts import drawn_password
from services.registry.accounts.commands.credentials import new_secret
from services.registry.accounts.commands.hashing import NOBODYS, Hashing
from shared import clock
from tests.databases import stored
from tests.registry.conftest import Registry

NEW = "一二三四五六七八九十甲乙"


def sign_in(registry: Registry, login: str, password: str | None = None, **more: Any) -> Any:
    known = registry.credentials.get(login, {}).get("password", "")
    body = {"login": login, "password": known if password is None else password}
    return registry.http.post("/v1/sessions", json=body | more)


def refresh(registry: Registry, token: str) -> Any:
    return registry.http.post("/v1/sessions/refresh", json={"refresh_token": token})


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


def reads(registry: Registry, session: dict[str, Any]) -> int:
    return int(registry.http.get("/v1/programmes", headers=bearer(session)).status_code)


def test_a_person_signs_in_and_acts_under_their_login(registry: Registry) -> None:
    answer = sign_in(registry, "district-donghu")
    assert answer.status_code == 200, answer.text
    session = answer.json()
    assert (session["token_type"], session["expires_in"], session["scope"]) == ("Bearer", 900, "district_officer")
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["person"], claims["reporting_unit"]) == (*["district-donghu"] * 2, "donghu")
    assert claims["session"]
    assert reads(registry, session) == 200
    entry = registry.get("auditor", "/v1/audit?limit=200").json()["items"][-1]
    assert (entry["by"], entry["action"], entry["object"], entry["outcome"]) == (
        "district-donghu", "sign_in", "district-donghu", "done",
    )  # fmt: skip


def test_a_password_is_hashed_as_rfc_9106_recommends() -> None:
    """And nobody's as long, so that no clock tells who has an account."""
    wanted = "$argon2id$v=19$m=65536,t=3,p=4$"
    assert (Hashing().hash_now(NEW)[: len(wanted)], NOBODYS[: len(wanted)]) == (wanted, wanted)


def test_a_password_is_of_any_characters_and_verified_whole_as_it_was_typed(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it end by itself: NIST SP 800-63B, 3.1.1.2."""
    long = "Wo jin tian zao shang zai he bian kan dao yi zhi bai se de niao " * 2  # and a blank at its end
    assert (len(long), long.isascii(), any(each.isdigit() for each in long)) == (128, True, False)
    assert sign_in(registry, "auditor", new_password=long).status_code == 200
    for other in (long[:72], long.lower(), long.strip()):
        assert sign_in(registry, "auditor", other).status_code == 401
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1_000))
    assert sign_in(registry, "auditor", long).status_code == 200


def test_what_nobody_shall_guess_is_drawn_anew_of_128_bits_and_more(registry: Registry) -> None:
    refreshing = [sign_in(registry, "leader").json()["refresh_token"] for _ in range(2)]
    for drawn in (refreshing, [drawn_password() for _ in range(9)], [new_secret() for _ in range(9)]):
        random = {each.removeprefix("refresh_").removeprefix("talent_") for each in drawn}
        assert len(random) == len(drawn)
        assert min(map(len, random)) * 6 >= 128  # a character of base64 for every six


def test_every_refused_sign_in_looks_the_same(registry: Registry) -> None:
    suspended = next(
        each for each in registry.get("operator", "/v1/accounts").json()["items"] if each["login"] == "leader"
    )
    assert registry.post("operator", f"/v1/accounts/{suspended['id']}/suspend").status_code == 200
    answers = [
        sign_in(registry, "bureau", "wrong"),
        sign_in(registry, "nobody", "wrong"),
        sign_in(registry, "无此人", "wrong"),
        sign_in(registry, "leader"),
    ]
    assert [each.status_code for each in answers] == [401] * len(answers)
    bodies = [{**each.json(), "instance": None} for each in answers]
    assert all(body == bodies[0] for body in bodies)
    noted = registry.get("auditor", "/v1/audit?limit=200").json()["items"][-4:]
    assert [each["outcome"] for each in noted] == ["sign-in-refused"] * 4
    assert noted[0]["object"] == "bureau"
    assert "无此人" not in str(noted)


def test_a_refresh_token_is_good_once_and_reuse_ends_the_session(registry: Registry) -> None:
    first = sign_in(registry, "bureau").json()
    second = refresh(registry, first["refresh_token"]).json()
    assert (reads(registry, first), reads(registry, second)) == (200, 200)
    reused = refresh(registry, first["refresh_token"])
    assert (reused.status_code, reused.json()["type"]) == (401, "/problems/refresh-reused")
    assert refresh(registry, second["refresh_token"]).status_code == 401
    assert (reads(registry, first), reads(registry, second)) == (401, 401)
    noted = registry.get("auditor", "/v1/audit?limit=200").json()["items"]
    assert ("refresh_session", "refresh-reused") in [(each["action"], each["outcome"]) for each in noted]
    for token in ("", "x", "refresh_" + "A" * 43):
        assert refresh(registry, token).status_code in (401, 422)


def test_a_session_ends_here_and_everywhere(registry: Registry) -> None:
    first, second, third = (sign_in(registry, "bureau").json() for _ in range(3))
    ended = registry.http.delete("/v1/sessions/current", headers=bearer(first))
    assert (ended.status_code, ended.json()) == (200, {"ended": 1})
    assert [reads(registry, each) for each in (first, second, third)] == [401, 200, 200]
    assert registry.http.delete("/v1/sessions", headers=bearer(second)).json() == {"ended": 2}
    assert [reads(registry, each) for each in (second, third)] == [401, 401]
    assert refresh(registry, third["refresh_token"]).status_code == 401
    assert registry.ask("bureau", "DELETE", "/v1/sessions/current").json() == {"ended": 0}  # a client is in none
    assert registry.get("bureau", "/v1/programmes").status_code == 200


@pytest.mark.parametrize(("minutes", "every", "status"), [(29, 1, 200), (31, 1, 401), (25, 28, 200), (25, 29, 401)])
def test_a_session_ends_left_idle_and_after_half_a_day(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, minutes: int, every: int, status: int
) -> None:
    now = clock.now()
    session = sign_in(registry, "leader").json()
    answer: Any = None
    for n in range(1, every + 1):
        monkeypatch.setattr(clock, "now", lambda at=now + timedelta(minutes=n * minutes): at)
        answer = refresh(registry, session["refresh_token"])
        session = answer.json() if answer.status_code == 200 else session
    assert answer.status_code == status


def test_a_new_password_takes_the_place_of_the_old_and_ends_other_sessions(registry: Registry) -> None:
    other = sign_in(registry, "auditor").json()
    changed = sign_in(registry, "auditor", new_password=NEW)
    assert changed.status_code == 200, changed.text
    assert (reads(registry, other), reads(registry, changed.json())) == (401, 200)
    assert sign_in(registry, "auditor").status_code == 401
    assert sign_in(registry, "auditor", NEW).status_code == 200
    assert NEW.encode() not in stored(registry.context.database.url)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("十一个字十一个字十一个", "password_length"),
        ("a" * 6 + "Bcdef" * 25, "password_length"),
        ("my-Auditor-password", "password_names_owner"),
        ("审计 · auditor 2026!", "password_names_owner"),
        ("１２３４５６７８９０１２", "password_common"),  # as a Chinese keyboard types digits
        ("Password1234", "password_common"),
        ("ILOVEYOUFOREVER", "password_common"),  # of a set that leaked, however it is written
        ("Nanchang2026!", "password_of_this_place"),
        ("南昌人才登记南昌人才2026", "password_of_this_place"),
        ("ababababababab", "password_common"),
    ],
)
def test_an_unfit_password_is_refused_and_not_repeated(registry: Registry, password: str, code: str) -> None:
    refused = sign_in(registry, "auditor", new_password=password)
    assert (refused.status_code, [each["code"] for each in refused.json()["errors"]]) == (422, [code])
    assert password not in refused.text
    assert sign_in(registry, "auditor").status_code == 200
