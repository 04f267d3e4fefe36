"""What people are called on pages that say who did something, and for whom it is asked."""

import asyncio
from typing import Any

import pytest

from services.portal.client.details import ProgrammeForm, details_shown
from services.portal.client.names import PersonNamed, people_names
from services.portal.client.services import Services
from services.portal.pages.registrations.queries import Known
from services.portal.pages.registrations.rendering.names import names, who
from services.portal.pages.registrations.schemas import WorkflowAnswer
from services.portal.shell.layout import spoken
from services.registry.transitions.rules.workflow import TRANSITION_RULES
from shared.actions import ACTION_NAMES
from shared.problems import Said

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


def test_every_act_of_a_history_is_called_as_the_registry_calls_it() -> None:
    known = Known({}, {}, WorkflowAnswer(states=[], actions=[], exit_reasons=[]))
    shown = {language: names(known, language)["action_name"] for language in ("zh", "en")}
    for action in {rule.action for rule in TRANSITION_RULES}:
        assert Said(shown["zh"](action), shown["en"](action)) == ACTION_NAMES[action]


def test_an_education_code_is_in_words_by_its_own_edition() -> None:
    field = {"name": "degree", "type": "text", "zh": "学历代码", "en": "education code", "required": False}
    rule = {"rule": "education", "field": "degree", "code_set": "edition"}
    about = {"code": "x", "name_zh": "x", "name_en": "x", "subject_kind": "person", "workflow": "short"}
    form = ProgrammeForm.model_validate(about | {"fields": [field], "eligibility": [rule]})
    assert details_shown({"degree": "47"}, form, "zh") == [("学历代码", "技工学校毕业（47）")]
    assert details_shown({"degree": "21", "edition": "1984"}, form, "en") == [
        ("Education code", "bachelor's, finished (21)")
    ]
    assert details_shown({"degree": "28", "edition": "1984"}, form, "zh") == [("学历代码", "大学本科相当毕业（28）")]
    assert details_shown({"degree": "99"}, form, "zh") == [("学历代码", "99")]


def test_an_english_word_agrees_with_its_number() -> None:
    say = spoken({"rows": Said("{count} 行", "{count} {count:row waits/rows wait}")}, "en")["say"]
    assert [say("rows", count=count) for count in (1, "1", 0, "1,200")] == [
        "1 row waits", "1 row waits", "0 rows wait", "1,200 rows wait",
    ]  # fmt: skip
