"""W08: guesses at secrets are counted, told when to come again, and keep nobody out who has the right one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.registry.accounts.commands.token_tries import FROM_ONE, OF_ONE
from shared import clock
from tests.registry.accounts.issued import GRANT, token_answer
from tests.registry.conftest import Registry
from tests.rights import problem

CLERK = "institution-a-clerk"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time it is, which a test moves on."""
    held = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: held[0])
    return held


def guess(registry: Registry, client_id: str, **headers: str) -> Any:
    form = GRANT | {"client_id": client_id, "client_secret": "talent_guessed"}
    return registry.http.post("/oauth/token", data=form, headers=headers)


def test_w08_guesses_are_limited_and_the_owner_is_not(registry: Registry, now: list[datetime]) -> None:
    assert {problem(guess(registry, CLERK)) for _ in range(OF_ONE.most)} == {"invalid-client"}
    refused = guess(registry, CLERK)
    assert (refused.status_code, problem(refused)) == (429, "too-many-requests")
    assert {
        "retry-after": "6",
        "ratelimit-policy": '"token";q=10;w=60',
        "ratelimit": '"token";r=0;t=6',
    }.items() <= dict(refused.headers).items()
    assert token_answer(registry, CLERK).status_code == 200  # from the very address the guesses came from
    assert problem(guess(registry, "bureau")) == "invalid-client"
    now[0] += timedelta(seconds=6)
    assert problem(guess(registry, CLERK)) == "invalid-client"
    assert problem(guess(registry, CLERK)) == "too-many-requests"


def test_that_a_client_was_given_a_token_is_logged_without_its_secret(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        assert token_answer(registry, "bureau").status_code == 200
    said = [each.getMessage() for each in caplog.records if "was given" in each.getMessage()]
    assert said == ["client bureau was given a token for its secret"]


def test_w08_nor_does_guessing_one_client_after_another_help(registry: Registry, now: list[datetime]) -> None:
    tried = [problem(guess(registry, f"client-{n}")) for n in range(FROM_ONE.most + 5)]
    assert tried == ["invalid-client"] * FROM_ONE.most + ["too-many-requests"] * 5
    assert token_answer(registry, CLERK).status_code == 200


def test_w08_a_guess_is_on_the_trail_by_a_blind_index_and_fills_it_no_further(
    registry: Registry, now: list[datetime]
) -> None:
    typed = "a-name-typed-by-mistake"
    for _ in range(OF_ONE.most + 5):
        guess(registry, typed)
    entries = registry.get("auditor", "/v1/audit").json()["items"]
    kept = [each for each in entries if each["action"] == "refuse_token"]
    assert len(kept) == OF_ONE.most
    assert {each["outcome"] for each in kept} == {"invalid-client"}
    assert len({each["object"] for each in kept}) == 1
    assert typed not in str(entries)
