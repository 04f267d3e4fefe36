"""A clock an hour off: named, nothing begins under it, and whoever asks is told to try again."""

import logging
import time
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from services.registry.main import service
from shared import db_clock, logs
from shared.auth import Role
from shared.db_clock import ClocksApart
from shared.preparing import Preparing
from tests.registry.conftest import Registry

AN_HOUR = 3600


@pytest.fixture
def this_machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """This machine's clock, so many seconds ahead; a minute passes between two looks."""
    looks, machine = count(), SimpleNamespace(ahead=0)
    machine.time = lambda: time.time() + machine.ahead
    machine.monotonic = lambda: next(looks) * 60.0
    monkeypatch.setattr(db_clock, "time", machine)
    return machine


@pytest.mark.parametrize(("ahead", "zh", "en"), [(AN_HOUR, "快3600秒", "ahead of"), (-AN_HOUR, "慢3600秒", "behind")])
def test_under_a_wrong_clock_nothing_begins_and_it_is_named(
    registry: Registry, this_machine: SimpleNamespace, ahead: int, zh: str, en: str
) -> None:
    this_machine.ahead = ahead
    begun: list[str] = []
    preparing = Preparing(service, registry.context, lambda: begun.append("loops"))
    with pytest.raises(ClocksApart, match=f"this machine's clock is 3600 s {en} its database's: set both by NTP"):
        preparing.run_once()
    assert (begun, registry.context.starting.is_set()) == ([], True)
    refused = registry.http.get("/readyz")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/clocks-apart")
    assert zh in refused.json()["detail"]
    assert refused.json()["ahead_seconds"] == ahead
    (line,) = [each for each in registry.http.get("/metrics").text.splitlines() if each.startswith("clock_ahead")]
    assert float(line.rpartition(" ")[2]) == pytest.approx(ahead, abs=5)
    this_machine.ahead = 20  # seconds that tokens allow for
    assert registry.http.get("/readyz").json()["type"] == "/problems/not-ready"
    assert (preparing.run_once(), begun) == (1, ["loops"])
    assert registry.http.get("/readyz").status_code == 200


def test_what_a_wrong_clock_refuses_is_to_be_tried_again(registry: Registry, this_machine: SimpleNamespace) -> None:
    """A token fresh by the issuer's clock has ended by one that is an hour ahead."""
    now = int(time.time())
    claims = registry.issuer.claims(Role.LEADER, iat=now - AN_HOUR, exp=now - AN_HOUR + 900)
    shown = {"Authorization": f"Bearer {registry.issuer.signed(claims)}"}
    assert registry.http.get("/v1/programmes", headers=shown).status_code == 401
    this_machine.ahead = AN_HOUR
    wanted: dict[str, dict[str, Any]] = {
        "/oauth/token": {"data": {"grant_type": "client_credentials"}},
        "/v1/sessions": {"json": {"login": "a", "password": "b"}},
        "/v1/sessions/refresh": {"json": {"refresh_token": "c"}},
    }
    answers = [registry.http.get("/v1/programmes", headers=shown)]
    answers += [registry.http.post(path, **sent) for path, sent in wanted.items()]
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/clocks-apart")
        assert answer.headers["retry-after"] == "5"
    this_machine.ahead = 0
    assert registry.http.get("/v1/programmes", headers=shown).status_code == 401


def test_a_token_from_a_later_time_is_a_refusal_like_any_and_named_in_the_log(
    registry: Registry, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_logged_at", {})  # nothing was told a moment ago
    later = registry.issuer.token(Role.LEADER, iat=int(time.time()) + AN_HOUR)
    with caplog.at_level(logging.ERROR):
        answer = registry.http.get("/v1/programmes", headers={"Authorization": f"Bearer {later}"})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert "comes from a later time than it is here: set the registry's clock and this one by NTP" in caplog.text
