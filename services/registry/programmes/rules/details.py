"""The details of a registration against the fields of its programme (登记明细)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from services.registry.subjects.rules.characters import clean, has_control_character
from shared.contracts.details import DetailField
from shared.days import NOT_A_DAY, read_date
from shared.fields import is_of_somebody
from shared.problems import Fault, Said

DetailValue = str | int | bool

_FIELD_NAME = re.compile(r"(?!.*[0-9]{5})[a-z][a-z0-9_]{0,59}")
_LARGEST = 999_999_999


def check_details(
    fields: Sequence[DetailField], details: Mapping[str, object]
) -> tuple[dict[str, DetailValue], tuple[Fault, ...]]:
    """The details as they are kept, and what is wrong with the rest; pointers "/details/<field>".

    Dates stay ISO text, so that the details are JSON; null and blank text mean not given. A number sent for a choice
    is read as its code (3 as "3").
    """
    kept: dict[str, DetailValue] = {}
    faults = _unknown(fields, details)
    for field in fields:
        given = details.get(field.name)
        if given is None or (isinstance(given, str) and not clean(given)):
            if field.required:
                faults.append(_fault(field, "required", Said("必填，请填写", "is required; fill it in")))
            continue
        value = _read(field, given)
        if isinstance(value, Fault):
            faults.append(value)
        else:
            kept[field.name] = value
    return kept, tuple(faults)


def _read(field: DetailField, given: object) -> DetailValue | Fault:
    match field.type:
        case "boolean":
            return (
                given if isinstance(given, bool) else _wrong_type(field, "须为 true 或 false", "must be true or false")
            )
        case "integer":
            return _integer(field, given)
        case "choice":
            return _choice(field, given)
        case "date":
            return _day(field, given)
        case _:
            return _text(field, given)


def _integer(field: DetailField, given: object) -> int | Fault:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) <= _LARGEST:
        return given
    return _wrong_type(field, "须为不超过九位的整数", "must be a whole number of at most nine digits")


def _choice(field: DetailField, given: object) -> str | Fault:
    is_number = isinstance(given, int) and not isinstance(given, bool) and abs(given) <= _LARGEST
    code = str(given) if is_number or isinstance(given, str) else ""
    codes = [choice.code for choice in field.choices]
    if code.strip() in codes:
        return code.strip()
    said = Said(
        "须为下列之一：" + "、".join(f"{choice.code}（{choice.zh}）" for choice in field.choices),
        "must be one of " + ", ".join(f"{choice.code} ({choice.en})" for choice in field.choices),
    )
    return _fault(field, "not_a_choice", said)


def _day(field: DetailField, given: object) -> str | Fault:
    day = read_date(given) if isinstance(given, str) else NOT_A_DAY
    if isinstance(day, date):
        return day.isoformat()
    if day.code == NOT_A_DAY.code:
        return _wrong_type(
            field,
            "须为“年-月-日”形式的日期（1900至2199年），如 2019-07-01",
            "must be a date written year-month-day, such as 2019-07-01, from 1900 to 2199",
        )
    return _fault(field, day.code, day.said)


def _text(field: DetailField, given: object) -> str | Fault:
    if not isinstance(given, str):
        return _wrong_type(
            field,
            "须为文字；若来自表格，请把单元格格式设为“文本”",
            "must be text; if it came from a spreadsheet, format the cell as text",
        )
    text = given.strip()
    if has_control_character(text):
        said = Said("含有看不见的控制字符，请删除", "holds an invisible control character; delete it")
        return _fault(field, "control_character", said)
    if len(text) > field.max_length:
        said = Said(
            f"超过{field.max_length}个字符，请缩短", f"is longer than {field.max_length} characters; shorten it"
        )
        return _fault(field, "too_long", said)
    if is_of_somebody(text):
        said = Said("含有身份证号码或手机号码，请删除", "holds a resident or a phone number; leave it out")
        return _fault(field, "personal_number", said)
    return text


def _unknown(fields: Sequence[DetailField], details: Mapping[str, object]) -> list[Fault]:
    """One fault per key the programme does not have; a key that is no field name at all is not repeated."""
    names = [field.name for field in fields]
    known = "、".join(names) or "（无）"
    said = Said(
        f"本计划没有此项。可填项目：{known}。请删除或改正。",
        f"The programme has no such field. Its fields: {', '.join(names) or '(none)'}. Remove or correct it.",
    )
    return [
        Fault(f"/details/{key}" if _FIELD_NAME.fullmatch(key) else "/details", "unknown_field", said)
        for key in details
        if key not in names
    ]


def _wrong_type(field: DetailField, zh: str, en: str) -> Fault:
    return _fault(field, "wrong_type", Said(zh, en))


def _fault(field: DetailField, code: str, said: Said) -> Fault:
    return Fault(f"/details/{field.name}", code, Said(f"{field.zh}{said.zh}。", f"{field.en} {said.en}."))
