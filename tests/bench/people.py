"""People who are registered for the first time, as many as are asked for."""

import itertools
from typing import Any

from tests.fixtures import person

OLD_ENOUGH = 8_000  # of 9,000 serial numbers, those of people who are sixteen by the fact date
FRESH = itertools.count()


def newcomers(count: int, programme: str = "youth-intake") -> list[dict[str, Any]]:
    """So many bodies of registrations; nobody comes twice in one run."""
    return [
        person(n // OLD_ENOUGH * 9_000 + n % OLD_ENOUGH, programme, fact_date="2019-07-01")
        for n in itertools.islice(FRESH, count)
    ]
