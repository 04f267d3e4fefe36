"""What the registry calls programmes, units and states, for pages that show their codes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from services.portal.client.progress import NamedAnswer
from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import Services, or_none
from shared.auth import Role
from shared.problems import Language, Said

NameOf = Callable[[str], str]

ID_TYPES = {
    "resident_id": Said("居民身份证", "Resident identity card"),
    "hmt_permit": Said("港澳台居民证件", "Permit of a Hong Kong, Macao or Taiwan resident"),
    "foreign_pr": Said("外国人永久居留身份证", "Foreign permanent resident card"),
    "passport": Said("护照", "Passport"),
}


class PostNamed(ServiceAnswer):
    """A post that hears of alerts, and what people call it."""

    code: str
    post_zh: str
    post_en: str


class PersonNamed(ServiceAnswer):
    """Somebody who signs in; without a name for who may not see it."""

    login: str
    name: str | None = None


class ChannelNamed(ServiceAnswer):
    """A way that messages go, and what people call it."""

    code: str
    name: str


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

    def in_language(named: list[WorkflowNamed]) -> NameOf:
        return by_code({each.code: each.zh if zh else each.en for each in named})

    return {
        "programme_name": by_code({each.code: each.name_zh if zh else each.name_en for each in programmes or ()}),
        "unit_name": by_code({each.code: each.name_zh if zh else each.name_en for each in units or ()}),
        "state_name": in_language(workflow.states if workflow else []),
        "action_name": in_language(workflow.actions if workflow else []),
    }


async def hearing_names(services: Services, language: Language) -> dict[str, NameOf]:
    """Functions that give a post and a channel its name; a code stays where notify does not answer."""
    posts, channels = await asyncio.gather(
        or_none(services.all("notify", "/v1/recipients", PostNamed, limit=200)),
        or_none(services.all("notify", "/v1/channels", ChannelNamed)),
    )
    return {
        "post_name": by_code({each.code: each.post_zh if language == "zh" else each.post_en for each in posts or ()}),
        "channel_name": by_code({each.code: each.name for each in channels or ()}),
    }


async def people_names(services: Services, role: str) -> NameOf:
    """What people are called, with their logins, for the bureau; others see the login, as of a system's client do all.

    For others the registry is not asked: what it refuses stands on the audit trail.
    """
    sees = role == Role.BUREAU_OFFICER
    people = await or_none(services.all("registry", "/v1/accounts", PersonNamed, limit=200)) if sees else None
    return by_code({each.login: f"{each.name} ({each.login})" for each in people or () if each.name})


def by_code(names: Mapping[str, str]) -> NameOf:
    """Names by their codes; a code without one stays."""
    return lambda code: names.get(code, code)
