"""Watches over a reader of the bus: a position that stands still while records wait is told."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

Place = TypeVar("Place", bound=Hashable)


class Watchdog(Generic[Place]):
    """Remembers since when each place has stood where it stands."""

    def __init__(self, stalled_after: float) -> None:
        self._stalled_after = stalled_after  # seconds
        self._since: dict[Place, tuple[int, float]] = {}

    def frozen(self, behind: Mapping[Place, int], at: float) -> list[Place]:
        """Of the places that are behind, with their positions: those that have not moved for too long."""
        before = self._since
        self._since = {}
        for place, position in behind.items():
            stood, since = before.get(place, (position, at))
            self._since[place] = (position, since if stood == position else at)
        return [place for place, (_, since) in self._since.items() if at - since >= self._stalled_after]

    def moved(self) -> None:
        """Something was read: everything is looked at afresh."""
        self._since.clear()
