"""The form of a programme (登记表): its fields in groups with a sentence of help each, and the body it sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.client.details import FieldAnswer, ProgrammeForm
from services.portal.client.names import ID_TYPES
from services.portal.pages.registrations.rendering.sentences import (
    COMMON,
    COMMON_GROUP,
    DATE_HELP,
    DETAILS_GROUP,
    EDUCATION_HELP,
    INSTITUTION,
    NUMBER_HELP,
    PLACE_HELP,
    SUBJECT_FIELDS,
    SUBJECT_GROUPS,
    TEXT_HELP,
)
from services.portal.pages.registrations.schemas import InstitutionAnswer, UnitChoice
from services.portal.shell.fields import FormField
from shared.problems import Language, Said

MOST_RADIOS = 5


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together."""

    title: str
    fields: Sequence[FormField]


@dataclass(frozen=True)
class Choices:
    """What the visitor may choose from: the units in force, and institutions for who states them."""

    units: Sequence[UnitChoice]
    institutions: Sequence[InstitutionAnswer] = ()


def form_of(programme: ProgrammeForm, choices: Choices, language: Language) -> list[FieldGroup]:
    """The whole form: whom, where and since when, and what the programme asks for besides."""
    kind = programme.subject_kind
    own = [own_field(each, programme, language) for each in programme.fields]
    groups = [
        FieldGroup(SUBJECT_GROUPS[kind].in_(language), subject_fields(kind, language)),
        FieldGroup(COMMON_GROUP.in_(language), _common(choices, language)),
        FieldGroup(DETAILS_GROUP.in_(language), own),
    ]
    return [group for group in groups if group.fields]


def subject_fields(kind: str, language: Language) -> list[FormField]:
    """Whom: a person, an organisation or a post."""
    found = []
    for name, label, help_, required in SUBJECT_FIELDS[kind]:
        options = [(code, said.in_(language)) for code, said in ID_TYPES.items()] if name == "id_type" else []
        shown = "radios" if options else "date" if name == "birth_date" else "text"
        found.append(FormField(f"subject.{name}", label.in_(language), help_.in_(language), shown, required, options))
    return found


def _common(choices: Choices, language: Language) -> list[FormField]:
    options = [(each.code, each.name_zh if language == "zh" else each.name_en) for each in choices.units]
    found = [
        FormField(name, label.in_(language), help_.in_(language), kind, required, options if kind == "select" else ())
        for name, label, help_, kind, required in COMMON
    ]
    if choices.institutions:
        label, help_ = INSTITUTION
        known = [(str(each.id), each.name) for each in choices.institutions]
        found.insert(0, FormField("institution_id", label.in_(language), help_.in_(language), "select", True, known))
    return found


def own_field(field: FieldAnswer, programme: ProgrammeForm, language: Language) -> FormField:
    """A field of the programme's details, as `details.<name>`."""
    options = [(each.code, each.zh if language == "zh" else each.en) for each in field.choices]
    kind = {
        "choice": "radios" if field.required and len(options) <= MOST_RADIOS else "select",
        "boolean": "yes_no",
        "integer": "number",
        "date": "date",
    }.get(field.type, "long" if field.max_length > 200 else "text")
    if kind == "yes_no":
        options = [("true", Said("是", "Yes").in_(language)), ("false", Said("否", "No").in_(language))]
    name = field.zh if language == "zh" else field.en[:1].upper() + field.en[1:]
    return FormField(f"details.{field.name}", name, _help(field, programme, language), kind, field.required, options)


def _help(field: FieldAnswer, programme: ProgrammeForm, language: Language) -> str:
    """One sentence: what the rules of the programme say of the field, or else how it is written."""
    rules = {each.get("rule"): each for each in programme.eligibility if each.get("field") == field.name}
    said = next((each for each in rules.values() if each.get("said_zh")), None)
    if said:
        return str(said[f"said_{language}"])
    if "education" in rules:
        return EDUCATION_HELP.in_(language)
    if "in_city" in rules:
        return PLACE_HELP.in_(language)
    by_type = {"date": DATE_HELP, "integer": NUMBER_HELP, "text": TEXT_HELP}.get(field.type)
    return by_type.in_(language).format(most=field.max_length) if by_type else ""


def labels_of(groups: Iterable[FieldGroup]) -> dict[str, str]:
    """What each field of a form is called."""
    return {each.name: each.label for group in groups for each in group.fields}


def body_of(form: Mapping[str, str], groups: Iterable[FieldGroup], programme: ProgrammeForm) -> dict[str, Any]:
    """What the form sends: blank fields left out, whole numbers and yes or no as such, all else as it was typed."""
    body: dict[str, Any] = {"subject": {"kind": programme.subject_kind}, "details": {}}
    for each in (field for group in groups for field in group.fields):
        typed = form.get(each.name, "")
        if not typed.strip():
            continue
        *path, last = each.name.split(".")
        at = body[path[0]] if path else body
        at[last] = typed_value(typed, each.kind)
    return body


def typed_value(typed: str, kind: str) -> Any:
    """What was typed into a field as it is sent: a whole number, yes or no, or else the text."""
    if kind == "yes_no":
        return {"true": True, "false": False}.get(typed, typed)
    if kind == "number" and typed.strip().isascii() and typed.strip().isdigit():
        return int(typed)
    return typed
