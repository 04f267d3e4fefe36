"""What can be said of a file before it is read, and what a form says of its columns."""

from collections.abc import Mapping

READ = (".xlsx", ".xls", ".ods", ".csv")
MODES = ("accept_good", "all_or_nothing")
HIDDEN_ROWS = ("", "include", "skip")


def fault_of(file_name: str | None, *, empty: bool) -> str | None:
    """The key of the sentence that says what to do; None for a file that may be sent on."""
    if not file_name:
        return "no_file"
    name = file_name.lower()
    if name.endswith((".et", ".ett")):
        return "wps_file"
    if name.endswith((".zip", ".rar", ".7z")):
        return "packed_file"
    if not name.endswith(READ):
        return "wrong_kind"
    return "empty_file" if empty else None


def named_in(form: Mapping[str, str]) -> list[dict[str, str | None]]:
    """What a form says columns are: wording and field, None where one is read past ("-"); not those left alone."""
    return [
        {"wording": wording, "field": None if form.get(f"field.{number}") == "-" else form[f"field.{number}"]}
        for name, wording in form.items()
        if name.startswith("wording.") and form.get(f"field.{(number := name.removeprefix('wording.'))}")
    ]
