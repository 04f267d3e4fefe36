"""Short ways to read a document in a test."""

from datetime import date

from services.registry.subjects.rules.documents import StatedDocument
from services.registry.subjects.rules.reading import read_document
from shared.problems import Fault

TODAY = date(2026, 3, 1)
A01 = "360101199001010011"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check(body: str) -> str:
    """Seventeen digits and their check character, worked out from the weights of the standard."""
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def read(
    raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False
) -> StatedDocument | Fault:
    return read_document(id_type, raw, country, TODAY, fixtures)


def document(raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False) -> StatedDocument:
    found = read(raw, id_type, country, fixtures)
    assert isinstance(found, StatedDocument), found
    return found


def fault(raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False) -> Fault:
    found = read(raw, id_type, country, fixtures)
    assert isinstance(found, Fault), found
    return found


def codes(found: StatedDocument) -> list[tuple[str, str]]:
    return [(note.code, note.severity) for note in found.notes]
