"""A programme as forms and pages know it: its fields, and what was stated in them, by their names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.portal.client.schemas import ServiceAnswer
from shared.days import written_day
from shared.education import education_of
from shared.problems import Language, Said


class CodeAnswer(ServiceAnswer):
    """A code with what people call it."""

    code: str
    zh: str
    en: str


class FieldAnswer(ServiceAnswer):
    """A field of a programme's details."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    choices: list[CodeAnswer] = []
    max_length: int = 200


class ProgrammeForm(ServiceAnswer):
    """A programme one can be registered in."""

    code: str
    name_zh: str
    name_en: str
    subject_kind: str
    workflow: str
    fields: list[FieldAnswer]
    eligibility: list[dict[str, Any]] = []
    follows: dict[str, str] = {}


def in_language(named: CodeAnswer, language: Language) -> str:
    """A code's name."""
    return named.zh if language == "zh" else named.en


def details_shown(details: Mapping[str, Any], programme: ProgrammeForm, language: Language) -> list[tuple[str, str]]:
    """The details of a registration with their names, in the order of the form."""
    rules = (each for each in programme.eligibility if each.get("rule") == "education")
    coded_in = {each["field"]: str(each.get("code_set")) for each in rules}
    found = []
    for field in programme.fields:
        if field.name not in details:
            continue
        value = details[field.name]
        choices = {each.code: in_language(each, language) for each in field.choices}
        text = (
            Said("是", "Yes").in_(language)
            if value is True
            else Said("否", "No").in_(language)
            if value is False
            else ""
        )
        if field.type == "date":
            text = _written_day(str(value), language)
        if field.name in coded_in:
            text = _education(str(value), str(details.get(coded_in[field.name])), language)
        label = field.zh if language == "zh" else field.en[:1].upper() + field.en[1:]
        found.append((label, text or choices.get(str(value), str(value))))
    return found


def _education(code: str, code_set: str, language: Language) -> str:
    """What an education code stands for, and the code itself; of one that is none the code alone."""
    known = education_of(code, code_set)
    return Said(f"{known.zh}（{code}）", f"{known.en} ({code})").in_(language) if known else code


def _written_day(value: str, language: Language) -> str:
    """A day of the details as pages write days; what is none stands itself."""
    try:
        return written_day(date.fromisoformat(value), language)
    except ValueError:
        return value
