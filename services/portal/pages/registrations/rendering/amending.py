"""The form of a registration that is amended (修改): filled with what is kept, and what of it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.portal.client.details import ProgrammeForm
from services.portal.pages.registrations.rendering.forms import FieldGroup, body_of
from services.portal.pages.registrations.schemas import ActAnswer, RegistrationShown
from services.portal.shell.fields import FormField
from shared.contracts.registration import RegistrationState

SHOWN_OF = {"person": ("id_type",), "organisation": ("name", "uscc"), "post": ("name", "post_code", "host_uscc")}
ALWAYS = ("reporting_unit", "fact_date")  # never blank; what is left out of a change would stay as it was
CLEARED = ("township", "external_ref")


def kept_values(found: RegistrationShown) -> dict[str, str]:
    """What the form holds before anybody types: all that is shown in clear, so of a person the kind of document."""
    subject = {f"subject.{name}": getattr(found.subject, name) for name in SHOWN_OF[found.subject.kind]}
    own = {name: getattr(found, name) for name in (*ALWAYS, *CLEARED)}
    details = {f"details.{name}": value for name, value in found.details.items()}
    return {name: _typed(value) for name, value in (subject | own | details).items() if value is not None}


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def amended_form(groups: Sequence[FieldGroup], form: Mapping[str, str], found: RegistrationShown) -> list[FieldGroup]:
    """The same form, where a person need not be stated again: blank, they are as they were."""
    subject, *others = groups
    if found.subject.kind == "person" and not (form and _restated(form, subject, found)):
        subject = replace(subject, fields=[replace(each, required=False) for each in subject.fields])
    return [subject, *others]


def change_of(
    form: Mapping[str, str], groups: Sequence[FieldGroup], programme: ProgrammeForm, found: RegistrationShown
) -> dict[str, Any]:
    """What is sent: everything as typed, and the subject only where anything of it is otherwise than it was shown.

    What is masked is never sent: the form does not hold it.
    """
    body = body_of(form, groups, programme)
    if not _restated(form, groups[0], found):
        del body["subject"]
    return dict.fromkeys(ALWAYS, "") | dict.fromkeys(CLEARED) | body


def _restated(form: Mapping[str, str], subject: FieldGroup, found: RegistrationShown) -> bool:
    kept = kept_values(found)
    return any(form.get(each.name, "").strip() != kept.get(each.name, "") for each in subject.fields)


def differing(
    form: Mapping[str, str], groups: Iterable[FieldGroup], found: RegistrationShown
) -> list[tuple[str, str, str]]:
    """What is kept by now and what was typed, of the fields in which they differ; a person's are never shown."""
    kept = kept_values(found)
    return [
        (each.label, _named(each, kept.get(each.name, "")), _named(each, form.get(each.name, "").strip()))
        for group in groups
        for each in group.fields
        if not (each.name.startswith("subject.") and found.subject.kind == "person")
        and kept.get(each.name, "") != form.get(each.name, "").strip()
    ]


def _named(field: FormField, value: str) -> str:
    return dict(field.options).get(value, value)


def returned_by(found: RegistrationShown, history: Sequence[ActAnswer]) -> ActAnswer | None:
    """The act that returned it, with its reason; None of what is not returned."""
    if found.state != RegistrationState.RETURNED:
        return None
    return next((each for each in reversed(history) if each.action == "return"), None)
