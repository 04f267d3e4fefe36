"""What a test needs from this machine: skipped with one clear line where it is absent, a failure where REQUIRE=all."""

import os
from collections import Counter
from collections.abc import Iterable

import pytest


def need(name: str, found: object, how: str) -> None:
    """Go on if something was found; else tell what is missing and how to get it."""
    if found:
        return
    message = f"{name} is missing: {how}"
    if os.environ.get("REQUIRE") == "all":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def in_lines(skipped: Iterable[str]) -> list[str]:
    """Reasons of skipped tests, a line each with how many tests it kept from running."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in skipped)
    return [f"{count} skipped: {reason}" for reason, count in sorted(counted.items())]
