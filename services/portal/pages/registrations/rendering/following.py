"""What follows a recognition (认定后情况) as a form asks it: a day, or who holds the post from a day on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.portal.client.details import ProgrammeForm
from services.portal.pages.registrations.rendering.forms import own_field, subject_fields, typed_value
from services.portal.pages.registrations.rendering.sentences import DATE_HELP
from services.portal.shell.fields import FormField
from shared.days import read_date
from shared.problems import Language, Said

HOLDER = "holder"
ATTRIBUTES: dict[str, Said] = {
    "vacant_since": Said("空缺起始日期", "Vacant since"),
    HOLDER: Said("上岗日期", "Holds the post from"),
    "settled_on": Said("落户日期", "Household registered on"),
    "second_certificate": Said("第二证书日期", "Second certificate of"),
}
NAMES: dict[str, Said] = {
    "vacant_since": Said("岗位空缺", "Post vacant"),
    HOLDER: Said("在岗人员", "Holder of the post"),
    "settled_on": Said("落户", "Household registered"),
    "second_certificate": Said("第二证书", "Second certificate"),
}
REASON = FormField("reason", "", "", "text", True)
WHY = Said("更正的理由", "Why it is corrected")
WHY_HELP = Said("原来的记录保留，并写明被更正。", "What was recorded stays in sight, as corrected.")


def attribute_name(code: str, language: Language) -> str:
    """What an attribute is called; a code that we do not know yet stays."""
    return NAMES[code].in_(language) if code in NAMES else code


def circumstance_fields(
    programme: ProgrammeForm, attribute: str, language: Language, *, corrects: bool
) -> list[FormField]:
    """What is asked: since when, of a holder whom with what the programme asks of them, of a correction why."""
    label = ATTRIBUTES.get(attribute, Said(attribute, attribute)).in_(language)
    fields = [FormField("effective_on", label, DATE_HELP.in_(language), "date", True)]
    if attribute == HOLDER:
        people = [replace(each, name=f"value.{each.name.removeprefix('subject.')}") for each in
                  subject_fields("person", language)]  # fmt: skip
        followed = set(programme.follows.values())
        own = [own_field(each, programme, language) for each in programme.fields if each.name not in followed]
        fields += [*people, *(replace(each, name=f"value.{each.name}") for each in own)]
    if corrects:
        fields.append(replace(REASON, label=WHY.in_(language), help=WHY_HELP.in_(language)))
    return fields


def circumstance_body(
    form: Mapping[str, str], fields: Sequence[FormField], attribute: str, counted_on: date | None
) -> dict[str, Any]:
    """What the form sends. A day before the registration counts is stated as such, and effective once it counts."""
    stated = form.get("effective_on", "").strip()
    body: dict[str, Any] = {"attribute": attribute, "effective_on": stated}
    if attribute == HOLDER:
        body["value"] = _holder(form, fields)
    else:
        day = read_date(stated)
        body["value"] = stated
        if isinstance(day, date) and counted_on and day < counted_on:
            body["effective_on"] = counted_on.isoformat()
    for name in ("corrects", "reason"):
        if form.get(name, "").strip():
            body[name] = form[name]
    return body


def _holder(form: Mapping[str, str], fields: Sequence[FormField]) -> dict[str, Any]:
    value: dict[str, Any] = {"details": {}}
    for each in fields:
        typed = form.get(each.name, "")
        prefix, _, name = each.name.rpartition(".")
        if prefix and typed.strip():
            at = value["details"] if prefix == "value.details" else value
            at[name] = typed_value(typed, each.kind)
    return value
