"""A plain model of people: documents, who was found to be one, where they are and who counts; all said outright."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

ACTIVE = ("recognised", "suspended")
BOUNDARY_MOVED = date(2020, 6, 28)  # 湾里区 ended; a part of 东湖区 went to 红谷滩区
MOVED_TOWNSHIP = "沙井街道"
Figures = dict[str, tuple[int, int, int]]


class Move(NamedTuple):
    """From a day on with another unit: with another employer, or because the boundary moved (区划调整)."""

    on: date
    to: str
    boundary: bool


@dataclass
class Registered:
    """One registration, made under one record."""

    id: UUID
    record: UUID
    programme: str
    unit: str
    township: str | None
    counted_on: date
    state: str = "recognised"
    before: str = "recognised"
    contest: str = ""
    left_on: date | None = None
    moves: list[Move] = field(default_factory=list)

    @property
    def present(self) -> str:
        return self.moves[-1].to if self.moves else self.unit

    @property
    def since(self) -> date:
        return self.moves[-1].on if self.moves else self.counted_on

    def transfer(self, to: str, on: date, township: str | None) -> bool:
        """To another unit, if that can be: not while it does not count, back in time or to a unit that ended."""
        ended = to == "wanli" and on >= BOUNDARY_MOVED
        changed = to != self.present or township not in (None, self.township)
        if self.state not in ACTIVE or on < self.since or ended or not changed:
            return False
        if to != self.present:
            self.moves.append(Move(on, to, boundary=False))
            self.township = None
        self.township = township or self.township
        return True

    def leave(self, on: date) -> bool:
        """Left the city, if it was there and not before it came to the unit."""
        if self.state not in ACTIVE or (self.moves and on < self.since):
            return False
        self.state, self.left_on = "exited", on
        return True

    def come_back(self, on: date) -> bool:
        """Back in the city: it stays one recognition, as if it had never left."""
        if self.state != "exited" or (self.left_on and on < self.left_on):
            return False
        self.state, self.left_on = "recognised", None
        return True

    def revoke(self) -> None:
        """Void from the beginning, until somebody overturns it."""
        self.state, self.before, self.contest = "revoked", self.state, "decided"

    def appeal(self, act: str) -> bool:
        """复议, 诉讼 and what comes of them; as long as it is not overturned it stays revoked."""
        wanted, becomes = ("under_review", "decided") if act == "uphold_revocation" else ("decided", "under_review")
        if self.state != "revoked" or self.contest != wanted:
            return False
        self.contest = becomes
        return True

    def rezone(self) -> bool:
        """To 红谷滩区 with the township, if it was there when the boundary moved."""
        goes = self.present == "donghu" and self.township == MOVED_TOWNSHIP
        if not goes or (self.moves and self.since > BOUNDARY_MOVED):
            return False
        self.moves.append(Move(BOUNDARY_MOVED, "honggutan", boundary=True))
        return True

    def was(self, on: date | None) -> tuple[str, str]:
        """Who had the credit on a day, and who had it in stock; without a day, what the counters keep."""
        credited = there = self.unit
        for move in self.moves:
            if on is None or move.on <= on:
                credited = move.to if move.boundary and credited == there else credited
                there = move.to
        return credited, there


@dataclass
class Decided:
    """What the bureau decided of two records."""

    one: UUID
    other: UUID
    same: bool
    credit_to: UUID | None


@dataclass
class PlainPeople:
    """Who is who, and who counts."""

    documents: dict[int, UUID] = field(default_factory=dict)
    former: dict[int, UUID] = field(default_factory=dict)
    registrations: list[Registered] = field(default_factory=list)
    decisions: dict[UUID, Decided] = field(default_factory=dict)

    @property
    def records(self) -> list[UUID]:
        return sorted({*self.documents.values()})

    def known(self, number: int) -> UUID | None:
        """The record a number names; one that was corrected still names whom it named, until somebody else has it."""
        return self.documents.get(number, self.former.get(number))

    def person(self, record: UUID) -> frozenset[UUID]:
        """Everybody a record is known to be, itself included."""
        found = {record}
        while True:
            more = {
                each
                for decision in self.decisions.values()
                if decision.same and found & {decision.one, decision.other}
                for each in (decision.one, decision.other)
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def of(self, record: UUID) -> Iterator[Registered]:
        person = self.person(record)
        return (each for each in self.registrations if each.record in person)

    def is_registered(self, record: UUID, programme: str) -> bool:
        return any(each.programme == programme and each.state in ACTIVE for each in self.of(record))

    def contradiction(self, one: UUID, other: UUID, same: bool) -> bool:
        together = self.person(one) | self.person(other)
        if not same:
            return other in self.person(one)
        return any(not d.same and {d.one, d.other} <= together for d in self.decisions.values())

    def figures(self, programmes: set[str], on: date | None = None) -> Figures:
        """Gross, net and in stock of a quota over these programmes, by unit; each person once, as of a day if any."""
        figures: dict[str, Counter[str]] = {}
        for person in {self.person(record) for record in self.records}:
            own = [each for each in self.registrations if each.record in person and each.programme in programmes]
            good = [each for each in own if each.state != "revoked"]
            if not own:
                continue
            first = min(good or own, key=lambda each: (self._yields(each), each.counted_on, each.id))
            if on and on < first.counted_on:
                continue
            credited, there = (_reporting(unit, on) for unit in first.was(on))
            figures.setdefault(credited, Counter()).update(gross=1, net=int(bool(good)))
            figures.setdefault(there, Counter()).update(in_stock=int(self._stays(first, good, on)))
        return {unit: (c["gross"], c["net"], c["in_stock"]) for unit, c in figures.items()}

    def _stays(self, first: Registered, good: list[Registered], on: date | None) -> bool:
        """Whether a person is in stock: while one registration is, and before the last of them was left."""
        if any(each.state in ACTIVE for each in good):
            return True
        left = [each.left_on for each in good if each.left_on]
        return bool(left) and on is not None and on < max(*left, first.counted_on)

    def _yields(self, one: Registered) -> bool:
        """Whether the bureau gave the credit to another registration of the person in the programme, last of all."""
        rivals = {each.id for each in self.of(one.record) if each.programme == one.programme}
        chosen = [
            d.credit_to
            for d in self.decisions.values()  # in the order they were made
            if d.same and d.credit_to in rivals
        ]
        return bool(chosen) and chosen[-1] != one.id


def _reporting(unit: str, on: date | None) -> str:
    return "wanli-bureau" if unit == "wanli" and on and on >= BOUNDARY_MOVED else unit


def in_all(figures: Figures) -> tuple[int, ...]:
    """What all units have together."""
    return tuple(sum(each[n] for each in figures.values()) for n in range(3))
