"""What the registry calls programmes, units and states, for pages that show their codes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from services.portal.client.progress import NamedAnswer
from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import Services, or_none
from shared.problems import Language

NameOf = Callable[[str], str]


class WorkflowNamed(ServiceAnswer):
    """A state of a registration, or an action, with what people call it."""

    code: str
    zh: str
    en: str


class WorkflowNames(ServiceAnswer):
    """The states of the workflow, and what the visitor's role may do in them."""

    states: list[WorkflowNamed]
    actions: list[WorkflowNamed]


async def names_of(services: Services, language: Language) -> dict[str, Any]:
    """Functions that give a programme, a unit, a state and an action its name, as templates look it up.

    A code without one stays, as all do while the registry does not answer.
    """
    programmes, units, workflow = await asyncio.gather(
        or_none(services.all("registry", "/v1/programmes", NamedAnswer, limit=200)),
        or_none(services.all("registry", "/v1/reporting-units", NamedAnswer, limit=200)),
        or_none(services.one("registry", "/v1/workflow", WorkflowNames)),
    )
    zh = language == "zh"

    def by_code(codes: Mapping[str, str]) -> NameOf:
        return lambda code: codes.get(code, code)

    def in_language(named: list[WorkflowNamed]) -> NameOf:
        return by_code({each.code: each.zh if zh else each.en for each in named})

    return {
        "programme_name": by_code({each.code: each.name_zh if zh else each.name_en for each in programmes or ()}),
        "unit_name": by_code({each.code: each.name_zh if zh else each.name_en for each in units or ()}),
        "state_name": in_language(workflow.states if workflow else []),
        "action_name": in_language(workflow.actions if workflow else []),
    }
