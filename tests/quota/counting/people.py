"""Registrations for the tests of counting."""

from datetime import date
from typing import Any

from shared.contracts.registration import RegistrationEvent
from tests.quota.given import event

ALL = [25, 50, 75, 90, 100]


def studios(count: int, year: int, first: int = 0) -> list[RegistrationEvent]:
    about: dict[str, Any] = {
        "programme": "skill-master-studios",
        "subject_kind": "organisation",
        "counted_on": date(year, 12, 20),
    }
    return [event(name=("studio", year, n), **about) for n in range(first, first + count)]
