"""What a test needs from this machine: skipped with one clear line where it is absent, a failure where REQUIRE=all."""

import os

import pytest


def need(name: str, found: object, how: str) -> None:
    """Go on if something was found; else tell what is missing and how to get it."""
    if found:
        return
    told = f"{name} is missing: {how}"
    if os.environ.get("REQUIRE") == "all":
        pytest.fail(told, pytrace=False)
    pytest.skip(told)
