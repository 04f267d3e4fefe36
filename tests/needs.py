"""What a test needs of this machine: without it the test is skipped in one line, or fails under REQUIRE=all."""

import os

import pytest


def need(name: str, found: object, how: str) -> None:
    """Go on only with what was found; `how` says how to get it."""
    if found:
        return
    said = f"{name} is missing: {how}"
    if os.environ.get("REQUIRE") == "all":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
