"""What can be said of a file before it is read: whether one was chosen, is not empty, and is of a kind that is read."""

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
