"""A plain model of people: documents, who was found to be one, and who counts; everything said outright."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

ACTIVE = ("recognised", "suspended")
LEFT = "exited"


@dataclass
class Registered:
    """One registration, made under one record."""

    id: UUID
    record: UUID
    programme: str
    unit: str
    counted_on: date
    state: str = "recognised"
    before: str = "recognised"


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

    def figures(self, programmes: set[str]) -> dict[str, tuple[int, int, int]]:
        """Gross, net and in stock of a quota over these programmes, by unit; each person once."""
        figures: dict[str, Counter[str]] = {}
        for person in {self.person(record) for record in self.records}:
            own = [each for each in self.registrations if each.record in person and each.programme in programmes]
            good = [each for each in own if each.state != "revoked"]
            if not own:
                continue
            unit = min(good or own, key=lambda each: (self._yields(each), each.counted_on, each.id)).unit
            counted = figures.setdefault(unit, Counter())
            counted["gross"] += 1
            counted["net"] += bool(good)
            counted["in_stock"] += any(each.state in ACTIVE for each in good)
        return {unit: (c["gross"], c["net"], c["in_stock"]) for unit, c in figures.items()}

    def _yields(self, one: Registered) -> bool:
        """Whether the bureau gave the credit to another registration of the person in the programme, last of all."""
        rivals = {each.id for each in self.of(one.record) if each.programme == one.programme}
        chosen = [
            d.credit_to
            for d in self.decisions.values()  # in the order they were made
            if d.same and d.credit_to in rivals
        ]
        return bool(chosen) and chosen[-1] != one.id
