"""What a test needs from this machine: skipped with one clear line where it is absent, a failure where REQUIRE=all."""

import os
from collections import Counter
from collections.abc import Generator, Iterable
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def need(name: str, found: object, how: str) -> None:
    """Go on if something was found; else tell what is missing and how to get it."""
    if found:
        return
    message = f"{name} is missing: {how}"
    pytest.skip(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is required, a test that was skipped failed."""
    return _without_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a file that skips itself as a whole."""
    return _without_skip((yield))


def _without_skip(report: Report) -> Report:
    """A report as it is, or as a failure where it skips and REQUIRE=all: whoever skipped, and however."""
    if report.skipped and os.environ.get("REQUIRE") == "all":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason.removeprefix('Skipped: ')}\nREQUIRE=all: nothing may be skipped"
    return report


def in_lines(skipped: Iterable[str]) -> list[str]:
    """Reasons of skipped tests, a line each with how many tests it kept from running."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in skipped)
    return [f"{count} skipped: {reason}" for reason, count in sorted(counted.items())]
