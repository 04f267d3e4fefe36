"""Fields that forms ask for: what each is called and how it is entered, and what was entered as services read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from services.portal.shell.fields import FormField
from shared.problems import Language, Said

FieldKind = Literal["text", "number", "date", "long", "secret", "select", "radios", "many"]
NO_HELP = Said("", "")

Filter = Annotated[str, Query(max_length=100)]  # a field of a form by which a list is narrowed, "" where left empty
Cursor = Annotated[str, Query(max_length=500)]  # where the page of a list goes on


@dataclass(frozen=True)
class FieldSpec:
    """A field that a form asks for, in both languages; `name` is its path in the body that is sent, with dots."""

    name: str
    label: Said
    help: Said = NO_HELP
    kind: FieldKind = "text"
    required: bool = False

    def shown(self, language: Language, options: Sequence[tuple[str, str]] = ()) -> FormField:
        """The field as a page shows it, with what may be chosen."""
        said = (self.label.in_(language), self.help.in_(language))
        return FormField(self.name, *said, self.kind, self.required, options)


def shown_fields(
    fields: Iterable[FieldSpec], language: Language, options: Mapping[str, Sequence[tuple[str, str]]] | None = None
) -> list[FormField]:
    """Fields as a page shows them; `options` by the names of those from which something is chosen."""
    return [each.shown(language, (options or {}).get(each.name, ())) for each in fields]


def labels_of(fields: Iterable[FieldSpec], language: Language) -> dict[str, str]:
    """What each field is called, by its name; see `form_errors`."""
    return {each.name: each.label.in_(language) for each in fields}


def typed(form: Mapping[str, str], name: str) -> str | None:
    """What was typed into a field; None where it was left empty."""
    return form.get(name, "").strip() or None


def number(text: str | None) -> int | str | None:
    """A whole number as services read it, with or without separators; any other text as it was typed."""
    digits = (text or "").replace(",", "").replace("，", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else text


def chosen(form: Mapping[str, str], name: str) -> list[str]:
    """The codes that were ticked of a field of kind `many`, which sends `name.code` for each."""
    return [each.removeprefix(f"{name}.") for each in form if each.startswith(f"{name}.")]


def ticked(name: str, codes: Iterable[str] | None) -> dict[str, str]:
    """What a field of kind `many` sends where these codes are ticked."""
    return {f"{name}.{code}": "on" for code in codes or ()}
