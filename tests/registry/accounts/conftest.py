import time
from datetime import UTC, datetime

import pytest

from shared import clock


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """When a code begins, at which the clock stands still; tokens are read by the true time."""
    at = datetime.fromtimestamp(time.time() // 30 * 30, UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at
