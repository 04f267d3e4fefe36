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

# Why an attempt to deliver something failed; what a gateway answers by codes of its own stands itself.
REASONS = {
    "address_refused": Said("地址不允许外发", "address not allowed"),
    "bad_address": Said("地址无效", "no such address"),
    "connect_timeout": Said("连接超时", "no connection in time"),
    "disconnected": Said("连接中断", "connection broken off"),
    "error": Said("系统出错", "a mistake of the system"),
    "institution_inactive": Said("单位已停用", "institution inactive"),
    "not_supported": Said("对方不支持所选的加密方式", "encryption not supported there"),
    "refused": Said("对方拒收", "refused there"),
    "timeout": Said("答复超时", "no answer in time"),
    "tls": Said("加密连接失败，请检查证书", "no secure connection; check the certificate"),
    "too_many_at_once": Said("同时发送过多", "too many at once"),
    "unconfirmed": Said("对方没有确认", "not confirmed there"),
    "unreachable": Said("连接不上", "cannot be reached"),
    "unresolved": Said("找不到域名", "no such host"),
}
ANSWERED = Said("对方答复{code}", "answered {code}")


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


def reason_names(language: Language) -> NameOf:
    """A function that says why an attempt failed, by its code; a status of HTTP or SMTP is what the other side said."""
    known = {code: said.in_(language) for code, said in REASONS.items()}
    answered = ANSWERED.in_(language)
    return lambda code: answered.format(code=code) if code.isdecimal() else known.get(code, code)


def by_code(names: Mapping[str, str]) -> NameOf:
    """Names by their codes; a code without one stays."""
    return lambda code: names.get(code, code)
