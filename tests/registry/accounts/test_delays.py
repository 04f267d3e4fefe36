"""Who guesses passwords waits longer each time, and keeps nobody else out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.registry.accounts.rules.delays import FREE_TRIES, SLOW_FROM, counted_on, delay_after, slowed_by
from shared import clock
from tests.registry.conftest import Registry

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_the_delay_grows_to_a_minute_and_ends() -> None:
    seconds = [delay_after(n).total_seconds() for n in range(12)]
    assert seconds == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [counted_on(5, NOW - timedelta(minutes=m), NOW) for m in (29, 31)] == [6, 1]
    assert counted_on(0, None, NOW) == 1
    slow = [slowed_by(n, NOW, NOW).total_seconds() for n in (SLOW_FROM - 1, SLOW_FROM)]
    assert slow == [0, 2]
    assert slowed_by(SLOW_FROM, NOW - timedelta(minutes=31), NOW) == timedelta()


def attempt(registry: Registry, password: str, address: str) -> Any:
    """An attempt to sign in as an officer, from an address."""
    http = TestClient(registry.http.app, client=(address, 1234))
    return http.post("/v1/sessions", json={"login": "bureau", "password": password})


def test_who_guesses_waits_and_the_owner_comes_in_from_elsewhere(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = registry.credentials["bureau"]["password"]
    guesses = [attempt(registry, f"guess {n}", "192.0.2.7") for n in range(FREE_TRIES)]
    assert [each.status_code for each in guesses] == [401] * FREE_TRIES
    held = attempt(registry, password, "192.0.2.7")
    assert (held.status_code, held.json()["type"], held.headers["retry-after"]) == (
        429,
        "/problems/too-many-tries",
        "1",
    )
    assert (held.headers["ratelimit-policy"], held.headers["ratelimit"]) == ('"sign-in";q=3', '"sign-in";r=0;t=1')
    assert attempt(registry, password, "192.0.2.8").status_code == 200
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=2))
    assert attempt(registry, password, "192.0.2.7").status_code == 200
    assert attempt(registry, "guess", "192.0.2.7").status_code == 401  # and is counted from the beginning
    assert attempt(registry, password, "192.0.2.7").status_code == 200
