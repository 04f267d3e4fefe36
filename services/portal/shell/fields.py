"""A field of a form as `entry` in `forms.html` shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FormField:
    """A field as a page shows it; `name` is its path in the body, with dots, and `options` are codes with their names.

    `kind`: text, long, date, number, secret, select, radios, many, yes_no.
    """

    name: str
    label: str
    help: str = ""
    kind: str = "text"
    required: bool = False
    options: Options = ()


def labels_shown(fields: Iterable[FormField]) -> dict[str, str]:
    """What each field is called, by its name; see `form_errors`."""
    return {each.name: each.label for each in fields}
