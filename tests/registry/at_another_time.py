"""Another day than today: whoever speaks has a token already, since tokens are good for minutes only."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared import clock
from tests.registry.conftest import Registry

SPEAKERS = (
    *("institution-a-clerk", "institution-a-reviewer", "institution-b-clerk"),
    *("district-donghu", "bureau", "bureau-2", "auditor"),
)


def time_machine(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the registry's clock; hours and minutes are Shanghai's."""
    for name in SPEAKERS:
        registry.token(name)

    def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> None:
        local = datetime.fromisoformat(f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00+08:00")
        monkeypatch.setattr(clock, "now", lambda: local.astimezone(UTC))

    return at
