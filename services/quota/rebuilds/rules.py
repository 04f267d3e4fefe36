"""What a rebuild would change (重建前后对比): values in, differences out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from services.quota.headcounts.rules import In
from services.quota.heads.rules import NOTHING, Counts
from services.quota.verification.rules import Found, Misplaced, different
from shared.contracts.facts import Fact, Verdict

MOST_SHOWN = 100  # registrations named one by one


class Difference(NamedTuple):
    """A registration that the registry tells otherwise than it is known here, or that is not known here."""

    verdict: Verdict
    told: Fact
    known: Fact | None

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of it is another now, before and after."""
        after = self.told.model_dump(mode="json")
        if self.known is None:
            return {}, {"version": self.told.version}
        before = self.known.model_dump(mode="json")
        names = [name for name in after if before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}


@dataclass
class Registrations:
    """Registrations, the registry's against those here: what differs is replaced, what is newer or beyond them stays.

    `behind` counts what is newer or beyond and was known before the rebuild began: the registry has lost it, and
    `lost` names some of it. Of what differs the first are kept.
    """

    told: int
    known: int
    newer: int
    surplus: int
    behind: int
    lost: list[UUID]
    differing: Counter[Verdict] = field(default_factory=Counter)
    first: list[Difference] = field(default_factory=list)

    def note(self, some: Sequence[Difference]) -> None:
        """Add differences to those noted before."""
        self.differing.update(each.verdict for each in some)
        self.first += some[: MOST_SHOWN - len(self.first)]


@dataclass(frozen=True)
class Compared:
    """Everything a rebuild would change."""

    registrations: Registrations
    found: Found
    misplaced: list[Misplaced]

    def counters(self) -> dict[In, tuple[Counts, Counts]]:
        """The counters that would be others, before and after."""
        before, after = self.found.counters, self.found.by_heads
        return {place: (before.get(place, NOTHING), after.get(place, NOTHING)) for place in different(before, after)}
