"""What people are called on pages that say who did something, and for whom it is asked."""

import asyncio
from typing import Any

import pytest

from services.portal.client.names import PersonNamed, people_names
from services.portal.client.services import Services
from services.portal.pages.registrations.rendering.names import who

PEOPLE = [PersonNamed(login="zhou", name="周测试"), PersonNamed(login="li")]


def test_the_bureau_reads_names_with_logins_and_for_others_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    async def answered(self: Services, service: str, path: str, *_: Any, **__: Any) -> list[PersonNamed]:
        questions.append(path)
        return PEOPLE

    monkeypatch.setattr(Services, "all", answered)
    services = Services.__new__(Services)
    named = asyncio.run(people_names(services, "bureau_officer"))
    assert [named(login) for login in ("zhou", "li", "machine")] == ["周测试 (zhou)", "li", "machine"]
    assert asyncio.run(people_names(services, "institution_clerk"))("zhou") == "zhou"
    assert questions == ["/v1/accounts"]


def test_what_an_institutions_own_system_did_is_the_institutions() -> None:
    assert who("machine", "machine", "institution_clerk", "赣江示范") == "赣江示范"
    assert who("周测试 (zhou)", "zhou", "institution_clerk", "赣江示范") == "周测试 (zhou)"
    assert who("machine", "machine", "bureau_officer", "赣江示范") == "machine"
    assert who("machine", "machine", "institution_clerk", None) == "machine"
