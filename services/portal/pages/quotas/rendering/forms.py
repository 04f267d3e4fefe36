"""The forms of quotas, and the bodies they send."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.pages.quotas.queries import Lists
from services.portal.pages.quotas.schemas import SplitAnswer
from services.portal.shell.entries import FieldSpec, number, typed
from shared.problems import Language, Said

KINDS = {
    "goal": Said("目标（越多越好）", "Goal: the more the better"),
    "cap": Said("上限（限定名额）", "Cap: places are limited"),
    "band": Said("区间（上下均有要求）", "Band: neither fewer nor more"),
}
COMPARISONS = {
    "at_least": Said("不少于", "at least"),
    "more_than": Said("多于", "more than"),
    "about": Said("左右", "about"),
    "between": Said("某数至某数", "between two numbers"),
}
MEASURES = {
    "net_cumulative": Said("净累计：认定数减去撤销数", "ever recognised, without those revoked"),
    "in_stock": Said("在库：认定有效且未退出", "in stock: recognised, and not left"),
}
DAY_HELP = Said("例如 2019-12-31 或 2019年12月31日", "As in 2019-12-31")

NEW_QUOTA = (
    FieldSpec("programme", Said("人才计划", "Programme"), kind="select", required=True),
    FieldSpec("unit", Said("填报单位", "Reporting unit"), Said("不选即为全市", "None is the whole city"), "select"),
    FieldSpec("kind", Said("目标性质", "Kind"), kind="radios", required=True),
    FieldSpec("comparison", Said("文件用语", "Wording of the amount"), kind="radios", required=True),
    FieldSpec("amount", Said("目标任务", "Amount"), kind="number", required=True),
    FieldSpec(
        "amount_max", Said("上限", "Upper end"), Said("只在“某数至某数”时填写", "Only between two numbers"), "number"
    ),
    FieldSpec(
        "tolerance_percent",
        Said("容差（%）", "Tolerance (%)"),
        Said("只在“左右”时填写，不填为10", "Only for about; 10 where it is left empty"),
        "number",
    ),
    FieldSpec("measure", Said("计数口径", "What is counted"), kind="radios", required=True),
    FieldSpec("period.start", Said("起日", "First day"), DAY_HELP, "date", required=True),
    FieldSpec(
        "period.end", Said("止日", "Last day"), Said("未定期限的不填", "Empty where no end of period is set"), "date"
    ),
    FieldSpec("wording_zh", Said("中文表述", "Wording in Chinese"), kind="long"),
    FieldSpec("wording_en", Said("英文表述", "Wording in English"), kind="long"),
    FieldSpec("clause", Said("条款", "Clause")),
)
OF_NUMBERS = ("amount", "amount_max", "tolerance_percent")

REVISION = (
    FieldSpec("amount", Said("调整后的目标任务", "The new amount"), kind="number", required=True),
    FieldSpec(
        "effective_on",
        Said("自何日起", "In force from"),
        Said("不晚于今日，不早于上一次调整", "Not after today, nor before the revision that went before"),
        "date",
        required=True,
    ),
    FieldSpec(
        "document_no",
        Said("发文字号", "Document number"),
        Said("批准调整的文件，例如 洪人社发〔2019〕12号", "The document that says so"),
        required=True,
    ),
)

SPLIT = (
    FieldSpec("effective_on", Said("自何日起", "In force from"), Said("不填为今日", "Today where empty"), "date"),
    FieldSpec("document_no", Said("发文字号", "Document number")),
)
CONFIRMED = "confirmed"
SHARE = "shares."


def options_of(found: Lists, language: Language) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the form of a quota lets one choose from."""

    def named(said: Mapping[str, Said]) -> list[tuple[str, str]]:
        return [(code, each.in_(language)) for code, each in said.items()]

    def listed(some: Sequence[Any]) -> list[tuple[str, str]]:
        return [(each.code, each.name_zh if language == "zh" else each.name_en) for each in some]

    fixed = {"kind": named(KINDS), "comparison": named(COMPARISONS), "measure": named(MEASURES)}
    return {"programme": listed(found.programmes), "unit": listed(found.units), **fixed}


def quota_body(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent to lay a quota down. What was left empty is left out; of a period its first day is missed then."""
    body: dict[str, Any] = {"period": {}}
    for each in NEW_QUOTA:
        value = typed(form, each.name)
        if value is not None:
            *path, last = each.name.split(".")
            at = body.setdefault(path[0], {}) if path else body
            at[last] = number(value) if last in OF_NUMBERS else value
    return body


def revision_body(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent to ask for another amount, or to confirm it."""
    return {
        "amount": number(typed(form, "amount")),
        "effective_on": typed(form, "effective_on"),
        "document_no": typed(form, "document_no"),
    }


def split_body(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent to split an amount: a unit whose field is empty has no share."""
    shares = {
        name.removeprefix(SHARE): number(value.strip())
        for name, value in form.items()
        if name.startswith(SHARE) and value.strip()
    }
    own = {each.name: typed(form, each.name) for each in SPLIT}
    given = {name: value for name, value in own.items() if value is not None}
    return {"shares": shares, **given} | ({"confirmed": True} if form.get(CONFIRMED) else {})


def shares_as_typed(split: SplitAnswer) -> dict[str, str]:
    """The fields of the split as it stands."""
    return {f"{SHARE}{each.unit}": str(each.amount) for each in split.shares}
