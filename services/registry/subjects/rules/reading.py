"""Who a person is: reading identity documents, names and ages. Pure: values in, decision out."""

from dataclasses import replace
from datetime import date
from typing import cast

from services.registry.subjects.rules.characters import DIGITS, clean, misfit, read_text
from services.registry.subjects.rules.countries import COUNTRIES
from services.registry.subjects.rules.documents import (
    ID_TYPE_NAMES,
    ID_TYPES,
    IdType,
    Note,
    StatedDocument,
)
from services.registry.subjects.rules.numbers import (
    EIGHTEEN,
    NUMBER,
    birth_date_in,
    gender_in,
    number_fault,
    number_notes,
    type_of,
)
from services.registry.subjects.rules.permits import OLD_CARD, read_old_card, read_passport, read_permit, shape_fault
from shared.problems import Fault, Said


def read_document(
    id_type: str, raw: object, country: str | None, today: date, fixtures_allowed: bool
) -> StatedDocument | Fault:
    """An identity document as typed (证件), or why it cannot be taken: GB 11643-1999 and the forms of the other cards.

    The number decides the type where it can; `today` is the business calendar's; `fixtures_allowed` lets sequence 000
    through, which no authority issues. Faults point at "/id_type", "/id_number" or "/id_country" and echo nothing.
    """
    if id_type not in ID_TYPES:
        return _unknown_type()
    declared = cast(IdType, id_type)
    text = read_text(raw, "/id_number", NUMBER)
    if isinstance(text, Fault):
        return text
    issuer = _read_country(country)
    if isinstance(issuer, Fault):
        return issuer
    found = _read_number(declared, text, issuer, today, fixtures_allowed)
    return (
        found if isinstance(found, Fault) else replace(found, notes=found.notes + _stored_as(found, declared, issuer))
    )


def _read_number(
    declared: IdType, text: str, issuer: str, today: date, fixtures_allowed: bool
) -> StatedDocument | Fault:
    if misfit(text, EIGHTEEN) is None:
        fault = number_fault(text, today, fixtures_allowed)
        return fault or StatedDocument(
            type_of(text), "CHN", text, birth_date_in(text), gender_in(text), number_notes(text)
        )
    if misfit(text, OLD_CARD) is None:
        return read_old_card(text)
    if misfit(text, [DIGITS] * 15) is None:
        return _legacy()
    match declared:
        case "passport":
            return read_passport(text, issuer)
        case "hmt_permit":
            return read_permit(text)
        case _:
            return shape_fault(declared, text)


def _read_country(country: str | None) -> str | Fault:
    """The issuing country in three letters; blank stays blank, and D is Germany's own way to write it in passports."""
    code = clean(country or "")
    if not code or code in COUNTRIES:
        return code
    if code == "D":
        return "DEU"
    return Fault(
        "/id_country",
        "unknown_country",
        Said(
            "国家或地区须用三位字母代码（ISO 3166-1），如 CHN、USA。请改正。",
            "A country is written with the three letters of ISO 3166-1, such as CHN or USA. Correct it.",
        ),
    )


def _stored_as(found: StatedDocument, declared: IdType, issuer: str) -> tuple[Note, ...]:
    """What was kept otherwise than stated, because the number decides it."""
    notes = []
    if found.type != declared:
        name = ID_TYPE_NAMES[found.type]
        notes.append(
            Note(
                "type_detected",
                "info",
                Said(
                    f"按号码形式，该证件为{name.zh}，已按此登记。",
                    f"By the form of its number this is a {name.en}; it was stored as such.",
                ),
            )
        )
    if issuer not in {"", found.country}:
        notes.append(
            Note(
                "country_detected",
                "info",
                Said(
                    "该证件由中国签发，签发国已登记为 CHN。",
                    "This document is issued by China; CHN was stored as its country.",
                ),
            )
        )
    return tuple(notes)


def _unknown_type() -> Fault:
    allowed = "、".join(f"{code}（{name.zh}）" for code, name in ID_TYPE_NAMES.items())
    allowed_en = ", ".join(f"{code} ({name.en})" for code, name in ID_TYPE_NAMES.items())
    return Fault(
        "/id_type",
        "unknown_id_type",
        Said(f"证件类型须为：{allowed}。请改选。", f"The document type is one of {allowed_en}. Choose one."),
    )


def _legacy() -> Fault:
    return Fault(
        "/id_number",
        "legacy_number",
        Said(
            "这里有15位：15位旧号码自2013年起停用，只能用于查询。请照现行证件录入18位号码。",
            "There are 15 digits: such numbers have been out of use since 2013 and serve for searching only. "
            "Type the 18 characters of the present card.",
        ),
    )
