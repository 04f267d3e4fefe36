"""Figures kept twice must agree (核对), and what a rebuild would change; values in, differences out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from services.quota.counting.rules.books import CountedQuota, In, Member
from services.quota.counting.rules.heads import NOTHING, Counts, Head, Seen, entries, head
from services.quota.counting.rules.milestones import Mark, cross, holds
from shared.contracts.facts import Fact, Verdict

CellOfUnit = tuple[UUID, str, date]  # quota, unit, day
Cells = dict[CellOfUnit, Counts]
Totals = Mapping[In, Counts]


class Layer(StrEnum):
    """What is verified, and what an adjustment may concern: 计数器, 合计, 台账, 人头, 节点, 登记."""

    COUNTER = "counter"
    SUM = "sum"
    LEDGER = "ledger"
    MEMBERSHIP = "membership"
    MILESTONE = "milestone"
    REGISTRATION = "registration"


class Source(StrEnum):
    """What the rest is compared with and put right by: 登记 everything, 台账 what the ledger adds up to."""

    REGISTRATIONS = "registrations"
    LEDGER = "ledger"


class Drift(NamedTuple):
    """A figure of a quota in a unit ('' the whole): by its counter, by the ledger's sum, by the heads there are."""

    quota_id: UUID
    unit: str
    figure: str
    counter: int
    ledger: int
    heads: int


class WrongMember(NamedTuple):
    """A subject in a quota whose head is not the one its registrations make."""

    quota_id: UUID
    subject_ref: UUID
    held: Head | None
    due: Head | None


class Misplaced(NamedTuple):
    """A milestone that does not stand where the counter puts it, or is not there: as it is, and as it is put right."""

    quota_id: UUID
    percent: int
    mark: Mark | None
    right: Mark


@dataclass
class Findings:
    """Everything a verification looked at, and what does not agree."""

    quotas: int
    ledger_rows: int
    counters: Totals
    ledger: Cells
    heads: Cells = field(default_factory=dict)
    memberships: int = 0
    false_sums: Mapping[In, int] = field(default_factory=dict)
    wrong: list[WrongMember] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    bulletins: int = 0
    altered: int = 0

    @cached_property
    def by_ledger(self) -> Totals:
        """The figures of every quota and unit by the ledger."""
        return totals(self.ledger)

    @cached_property
    def by_heads(self) -> Totals:
        """The same by the heads, once all were looked at."""
        return self.by_ledger if self.heads is self.ledger else totals(self.heads)

    def drift(self) -> list[Drift]:
        """Every figure that is not the same by its counter, by the ledger and by the heads."""
        return list(drift(self.counters, self.by_ledger, self.by_heads))

    @cached_property
    def false_cells(self) -> list[CellOfUnit]:
        """Where the ledger does not say, day by day, what the heads say, once all were looked at."""
        if self.heads is self.ledger:
            return []
        every = self.ledger.keys() | self.heads.keys()
        return sorted(cell for cell in every if self.ledger.get(cell, NOTHING) != self.heads.get(cell, NOTHING))

    def false_counters(self) -> list[In]:
        """Which counters are not the ledger's sum."""
        return different(self.counters, self.by_ledger)


def totals(cells: Cells) -> dict[In, Counts]:
    """The sums of cells by quota and unit, and of each quota as a whole."""
    sums: dict[In, Counts] = defaultdict(lambda: NOTHING)
    for (quota, unit, _), counts in cells.items():
        for place in ((quota, ""), (quota, unit)):
            sums[place] = sums[place].plus(counts)
    return dict(sums)


def different(some: Totals, others: Totals) -> list[In]:
    """The places where two totals are not the same; a place that is absent holds nothing."""
    return sorted(
        place for place in some.keys() | others.keys() if some.get(place, NOTHING) != others.get(place, NOTHING)
    )


def drift(counters: Totals, ledger: Totals, heads: Totals) -> Iterator[Drift]:
    """The figures of which counter, ledger and heads do not all say the same."""
    for quota, unit in sorted(counters.keys() | ledger.keys() | heads.keys()):
        said = [each.get((quota, unit), NOTHING) for each in (counters, ledger, heads)]
        for figure, counter, summed, counted in zip(Counts._fields, *said, strict=True):
            if not counter == summed == counted:
                yield Drift(quota, unit, figure, counter, summed, counted)


def heads_due(
    by_programme: Mapping[str, Sequence[CountedQuota]],
    by_id: Mapping[UUID, CountedQuota],
    registrations: Iterable[Seen],
    members: Mapping[UUID, Member],
) -> Iterator[tuple[UUID, Head | None]]:
    """The head that one subject has in each quota that may count it, or holds something of it."""
    own = list(registrations)
    concerned = {quota.id for each in own for quota in by_programme.get(each.programme, ())} | members.keys()
    for quota in concerned:
        yield quota, head(by_id[quota].scope, own)


def add_to(cells: Cells, quota: UUID, due: Head | None) -> None:
    """What a head puts into the ledger, added up."""
    for (unit, on), counts in entries(due).items():
        cell = (quota, unit, on)
        cells[cell] = cells.get(cell, NOTHING).plus(counts)


def misplaced(quota: CountedQuota, counts: Counts, marks: Mapping[tuple[UUID, int], Mark]) -> Iterator[Misplaced]:
    """The milestones of a quota that its counter contradicts, or that are lost; without an amount there are none."""
    value = counts.measured(quota.measure)
    for percent in quota.milestones:
        mark = marks.get((quota.id, percent))
        right = mark or Mark()
        if right.holds != holds(value, quota.amount, percent):
            right, _ = cross(right, loud=False)
        if right != mark and (mark or quota.amount):
            yield Misplaced(quota.id, percent, mark, right)


MOST_SHOWN = 100  # registrations named one by one


class RegistrationDifference(NamedTuple):
    """A registration that the registry tells otherwise than it is known here, or that is not known here."""

    verdict: Verdict
    by_registry: Fact
    known: Fact | None

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of it is another now, before and after."""
        after = self.by_registry.model_dump(mode="json")
        if self.known is None:
            return {}, {"version": self.by_registry.version}
        before = self.known.model_dump(mode="json")
        names = [name for name in after if before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}


@dataclass
class RegistrationsCompared:
    """Registrations, the registry's against those here: what differs is replaced, what is newer or beyond them stays.

    `behind` counts what is newer or beyond and was known before the rebuild began: the registry has lost it, and
    `lost` names some of it. Of what differs the first are kept.
    """

    by_registry: int
    known: int
    newer: int
    surplus: int
    behind: int
    lost: list[UUID]
    differing: Counter[Verdict] = field(default_factory=Counter)
    first: list[RegistrationDifference] = field(default_factory=list)

    def note(self, some: Sequence[RegistrationDifference]) -> None:
        """Add differences to those noted before."""
        self.differing.update(each.verdict for each in some)
        self.first += some[: MOST_SHOWN - len(self.first)]


@dataclass(frozen=True)
class Compared:
    """Everything a rebuild would change."""

    registrations: RegistrationsCompared
    found: Findings
    misplaced: list[Misplaced]

    def counters(self) -> dict[In, tuple[Counts, Counts]]:
        """The counters that would be others, before and after."""
        before, after = self.found.counters, self.found.by_heads
        return {place: (before.get(place, NOTHING), after.get(place, NOTHING)) for place in different(before, after)}
