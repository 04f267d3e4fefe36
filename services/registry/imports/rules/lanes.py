"""Lanes (分道) of a large import: rows that may meet one another are in one, and so in their order. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.registry.subjects.rules.characters import clean

LARGE = 2_000  # rows left, above which an import is worth several processes
_DIGITS = "0123456789abcdef"


class RowLane(NamedTuple):
    """Some of the rows of an import, by how their fingerprints begin."""

    marks: str

    @classmethod
    def all_of(cls, count: int) -> list["RowLane"]:
        """So many lanes, at most 16, that have every row between them."""
        return [cls(_DIGITS[n::count]) for n in range(count)]


def meeting_at(named: Mapping[str, Any]) -> Sequence[str]:
    """What two rows share that may be about one subject, or about people who are perhaps one (疑似重复).

    A person's birth date, as the number of the document says it or the row does; the codes of an organisation or post.
    """
    number = clean(str(named.get("id_number") or ""))
    if number[:17].isdigit() and len(number) == 18:
        return ("born", number[6:14])
    if number.isdigit() and len(number) == 15:
        return ("born", f"19{number[6:12]}")
    if born := named.get("birth_date"):
        return ("born", "".join(each for each in str(born) if each.isdigit()))
    return ("named", number, *(str(named.get(name) or "").strip().upper() for name in ("uscc", "host_uscc")))
