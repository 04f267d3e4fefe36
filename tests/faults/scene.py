"""What a fault is given: the town, the lots, and the ledger of what the oracle was told."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.faults.town import Town


@dataclass
class Ledger:
    """The ids that were answered, by serial number; which of them are revoked; the garbage that was published."""

    registered: dict[int, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    settled: list[str] = field(default_factory=list)  # keys that nobody will use again
    garbage: int = 0
    tries: Counter[str] = field(default_factory=Counter)

    @property
    def standing(self) -> int:
        """How many count."""
        return len(self.registered) - len(self.revoked)


@dataclass
class Scene:
    """One run."""

    town: Town
    lots: Random
    ledger: Ledger = field(default_factory=Ledger)
    mines: list[str] = field(default_factory=list)  # the orders that are to have killed somebody by the end
