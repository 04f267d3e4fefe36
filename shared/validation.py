"""What pydantic finds wrong, as faults: the field and the reason in the reader's language, never the value."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from shared.fields import FORMS
from shared.labels import NUMBERS, label_of
from shared.problems import MOST_FAULTS, Fault, Said

REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("必填", "is required"),
    "extra_forbidden": ("不认识的字段，请检查名称", "is not a known field; check its name"),
    "string_type": ("{field}须为文本", "{field} must be text"),
    "string_pattern_mismatch": ("格式不正确", "does not have the right form"),
    "string_unicode": ("含有不完整的字符，请重新输入", "holds half a character; type it again"),
    "bool_type": ("{field}须为“是”或“否”（true 或 false）", "{field} must be true or false"),
    "bool_parsing": ("{field}须为“是”或“否”（true 或 false）", "{field} must be true or false"),
    "int_type": ("{field}须为整数", "{field} must be a whole number"),
    "int_parsing": ("{field}须为整数", "{field} must be a whole number"),
    "int_from_float": ("{field}须为整数", "{field} must be a whole number"),
    "union_tag_not_found": ("缺少用于区分类型的字段", "lacks the field that tells its kind"),
    "uuid_parsing": ("应为 UUID", "should be a UUID"),
    "uuid_type": ("应为 UUID", "should be a UUID"),
    "list_type": ("{field}须为列表，可以只有一项", "{field} must be a list, of one if need be"),
    "dict_type": ("{field}须分项填写", "{field} must be an object with its fields"),
    "model_type": ("{field}须分项填写", "{field} must be an object with its fields"),
    "model_attributes_type": ("{field}须分项填写", "{field} must be an object with its fields"),
}
# Reasons that name a bound of ours; the values allowed are listed as pydantic quotes them.
BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "greater_than_equal": ("ge", "不得小于{}", "should be {} or more"),
    "less_than_equal": ("le", "不得大于{}", "should be {} or less"),
    "greater_than": ("gt", "须大于{}", "should be more than {}"),
    "string_too_short": ("min_length", "至少{}个字符", "should have at least {} characters"),
    "string_too_long": ("max_length", "最多{}个字符", "should have at most {} characters"),
    "too_short": ("min_length", "至少{}项", "should have at least {} items"),
    "too_long": ("max_length", "最多{}项", "should have at most {} items"),
    "enum": ("expected", "请从下列各项中选择：{}", "choose one of: {}"),
    "literal_error": ("expected", "请从下列各项中选择：{}", "choose one of: {}"),
    "union_tag_invalid": ("expected_tags", "请从下列各项中选择：{}", "choose one of: {}"),
}
QUOTED = re.compile(r"'([^']*)'")
SEGMENT = re.compile(r"/[^/]*")
FIELD_NAME = re.compile(r"/([0-9]{1,4}|(?!.*[0-9]{5})[A-Za-z][A-Za-z0-9_-]{0,59})")
BLANK = Said("不得为空白", "may not be blank")
DIGITS_LOST = (
    "{field}须为文本，存成数值会丢失末几位",
    "{field} must be text: kept as a number it loses its last digits",
)
OTHERWISE = ("内容不正确", "is not valid")


def faults_of(errors: Sequence[Any], body: Any = None) -> list[Fault]:
    """What an answer may tell of validation errors: a pointer ends before whatever looks like no field's name.

    What was put where a name belongs is submitted content, and not repeated. Of very many the first are told, which
    are those of the fields there are.
    """
    return [
        Fault("".join(takewhile(is_name, SEGMENT.findall(fault.pointer))), fault.code, fault.said)
        for fault in located(errors[:MOST_FAULTS], body)
    ]


def located(errors: Sequence[Any], body: Any = None) -> list[Fault]:
    """Faults of validation errors as pydantic reports them; `body` is what was submitted, to tell fields from tags."""
    faults = []
    for error in errors:
        kind = error["type"]
        where = list(error["loc"])
        if where and where[0] in ("body", "query", "path", "header"):
            where = [] if kind == "json_invalid" else where[1:]
        if not where and (tag := error.get("ctx", {}).get("discriminator")):
            where = [tag.strip("'")]  # a body whose kind is not known: the field that tells it
        pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in _fields(where, body))
        faults.append(Fault(pointer, kind, _reason(kind, error["msg"], error.get("ctx") or {}, pointer)))
    return faults


def _reason(kind: str, message: str, about: Mapping[str, Any], pointer: str) -> Said:
    """What is wrong, in both languages, with the field as forms name it; nothing comes from what was submitted."""
    if own := about.get("zh"):  # our own validators say it in both languages
        return Said(own, message)
    if form := FORMS.get(about.get("pattern", "")):
        return form
    if kind == "string_too_short" and about.get("min_length") == 1:
        return BLANK
    name, zh, en = BOUNDS.get(kind, ("", "", ""))
    if name in about:
        bound = str(about[name])
        listed = QUOTED.findall(bound)
        return Said(zh.format("、".join(listed) or bound), en.format(", ".join(listed) or bound))
    lost = kind == "string_type" and pointer.rpartition("/")[2] in NUMBERS
    zh, en = DIGITS_LOST if lost else REASONS.get(kind, OTHERWISE)
    field = label_of(pointer)
    return Said(zh.format(field=field.zh), en.format(field=field.en))


def _fields(where: Sequence[int | str], body: Any) -> list[int | str]:
    """The place of an error without the tags that pydantic puts between a union and its fields."""
    fields: list[int | str] = []
    for position, part in enumerate(where):
        last = position == len(where) - 1
        if isinstance(body, dict) and part not in body and not last:
            continue
        if isinstance(body, str | int | float):
            break  # a value has no fields: what follows are tags
        fields.append(part)
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            body = None
    return fields


def is_name(segment: str) -> bool:
    return FIELD_NAME.fullmatch(segment) is not None
