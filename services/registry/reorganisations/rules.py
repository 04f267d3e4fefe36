"""Which titles follow the successor, and which collapse into one (名称承继). Pure."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID


class Title(NamedTuple):
    """A recognition that an organisation has when it ends."""

    registration_id: UUID
    programme: str


def that_follow(titles: Iterable[Title], held: Collection[str]) -> set[UUID]:
    """The titles that go to the heir; the others end, because it has one of the kind (二者归一)."""
    found, taken = set(), set(held)
    for title in titles:
        if title.programme not in taken:
            found.add(title.registration_id)
            taken.add(title.programme)
    return found
