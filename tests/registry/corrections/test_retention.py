"""保存期限: whose registrations ended long enough ago is erased, by two officers; counted beforehand."""

from typing import Any

import pytest

from shared import clock
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_restriction import REVIEWED, A, registered


@pytest.fixture
def refused(registry: Registry) -> dict[str, Any]:
    """A registration that was withdrawn, another person's that stands, and a third's that was withdrawn and stands."""
    held = registered(registry, 1, REVIEWED)
    registered(registry, 2)
    both = registered(registry, 3, REVIEWED)
    registered(registry, 3)
    for each in (held, both):
        assert registry.act(A, each["id"], "withdraw", reason="撤回").status_code == 200
    return held


def end(registry: Registry, by: str, query: str = "") -> tuple[int, int, str | None]:
    answer = registry.post(by, f"/v1/retention{query}")
    found = answer.json()
    return answer.status_code, found["people"], found["awaiting"]


def test_nobody_is_erased_while_they_are_kept(
    registry: Registry, refused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert end(registry, "bureau", "?dry_run=true") == (200, 0, None)
    at = time_machine(registry, monkeypatch)
    at(clock.today().year + 1, 6, 1)
    assert end(registry, "bureau") == (200, 0, None)


def test_two_officers_erase_whose_time_is_over_and_nobody_else(
    registry: Registry, refused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = time_machine(registry, monkeypatch)
    at(clock.today().year + 3, 12, 31)
    assert end(registry, "bureau", "?dry_run=true") == (200, 1, None)
    assert [end(registry, "bureau") for _ in range(2)] == [(202, 1, "second_officer")] * 2
    assert end(registry, "bureau-2") == (200, 1, None)
    assert end(registry, "bureau") == (200, 0, None)
    shown = registry.get("auditor", f"/v1/registrations/{refused['id']}").json()
    assert (shown["restricted"], shown["subject"]["name"], shown["state"]) == (True, "***", "withdrawn")
    trail = registry.get("auditor", "/v1/audit?action=end_retention").json()["items"]
    assert [each["outcome"] for each in trail] == ["tried", "awaiting", "awaiting", "done", "done"]
