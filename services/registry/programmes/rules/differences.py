"""What is otherwise by one policy than by another, field by field, in an order for people to read (政策差异). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

NAMES = ("code", "name", "label")  # what an entry of a list is known by
OF_TIME = ("valid_from", "horizon", "since")  # and where several have the same name
MOST_WORDS = 340  # of a difference on the audit trail, which has the digests beside it; the rest stands in the history


class Differs(Protocol):
    """One line of a difference."""

    part: str
    code: str
    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each field that is otherwise: its part, the entry's code, the field, before and after.

    Entries of a part that are named no more stay in force, and are no difference.
    """
    for part, value in after.items():
        had = before.get(part)
        if had == value:
            continue
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield from _entries(part, had if isinstance(had, list) else [], value)
        elif isinstance(value, dict):
            yield from _fields(part, "", had if isinstance(had, dict) else {}, value)
        else:
            yield _line(part, "", "", had, value)


def in_short(head: str, difference: Sequence[Differs]) -> str:
    """A difference in one line after a head, cut where it is long; it names no person, for a policy names none."""
    lines = (f"{each.part} {each.code} {each.field}: {each.before} → {each.after}" for each in difference)
    said = "; ".join(_short(line) for line in lines)
    return f"{head}; {said[:MOST_WORDS]}{'…' if len(said) > MOST_WORDS else ''}"


def _entries(part: str, had: Iterable[Any], wanted: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    names = [_name(each) for each in wanted]
    key = _name if len(set(names)) == len(names) else _name_in_time
    present = {key(each): each for each in had if isinstance(each, Mapping)}
    for each in wanted:
        before = present.get(key(each))
        if before is None:
            yield _line(part, key(each), "", None, each)
        elif before != each:
            yield from _fields(part, key(each), before, each)


def _fields(
    part: str, code: str, before: Mapping[str, Any], after: Mapping[str, Any], path: str = ""
) -> Iterator[dict[str, Any]]:
    for name in {**before, **after}:
        had, has = before.get(name), after.get(name)
        if had == has:
            continue
        if isinstance(had, Mapping) and isinstance(has, Mapping):
            yield from _fields(part, code, had, has, f"{path}{name}.")
        else:
            yield _line(part, code, f"{path}{name}", had, has)


def _name(entry: Mapping[str, Any]) -> str:
    """What an entry is called; one without a name is whatever it says."""
    called = [str(entry[name]) for name in NAMES if entry.get(name) is not None]
    return called[0] if called else " ".join(str(value) for value in entry.values())


def _name_in_time(entry: Mapping[str, Any]) -> str:
    return " ".join([_name(entry), *(str(entry[name]) for name in OF_TIME if entry.get(name) is not None)])


def _line(part: str, code: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"part": part, "code": code, "field": field, "before": before, "after": after}


def _short(line: str) -> str:
    return line if len(line) <= 120 else line[:119] + "…"
