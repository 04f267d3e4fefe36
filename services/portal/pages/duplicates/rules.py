"""How two records differ, and what becomes of counts where they are one person. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from shared.contracts.registration import STANDING


class HeldHead(Protocol):
    """A registration of one of the two."""

    @property
    def id(self) -> UUID: ...
    @property
    def programme(self) -> str: ...
    @property
    def reporting_unit(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def counted_on(self) -> date | None: ...


class NumberedDocument(Protocol):
    """A document of one of the two."""

    @property
    def written(self) -> str: ...


class ComparedSide(Protocol):
    """One of the two."""

    @property
    def subject_ref(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def birth_date(self) -> str | None: ...
    @property
    def documents(self) -> Sequence[NumberedDocument]: ...
    @property
    def registrations(self) -> Sequence[HeldHead]: ...


@dataclass(frozen=True)
class HeadChange:
    """What one programme counts now, and would where both are one person (认定为同一人的影响).

    `credit` is the registration that keeps the head unless another one is named: the earliest that counts. The units of
    `others` count one less each, where they are not the unit of `credit`.
    """

    programme: str
    before: int
    after: int
    credit: HeldHead
    others: Sequence[HeldHead]

    @property
    def units(self) -> list[str]:
        """The units that would count one less."""
        return sorted({each.reporting_unit for each in self.others} - {self.credit.reporting_unit})


def head_changes(sides: Iterable[ComparedSide]) -> list[HeadChange]:
    """The programmes in which both are counted as two people today; there a head would be one less."""
    heads: dict[str, set[object]] = defaultdict(set)
    counted: dict[str, list[HeldHead]] = defaultdict(list)
    for side in sides:
        for each in side.registrations:
            if each.state in STANDING and each.counted_on:
                heads[each.programme].add(side.subject_ref)
                counted[each.programme].append(each)
    found = []
    for programme, subjects in heads.items():
        if len(subjects) > 1:
            first, *others = sorted(counted[programme], key=lambda each: (str(each.counted_on), str(each.id)))
            found.append(HeadChange(programme, len(subjects), 1, first, others))
    return found


def differ(sides: Sequence[ComparedSide]) -> set[str]:
    """What the two do not share, as far as it is shown: name, birth, and each document that only one has."""
    if len(sides) != 2:
        return set()
    one, other = sides
    found = {name for name in ("name", "birth_date") if getattr(one, name) != getattr(other, name)}
    documents = [{each.written for each in side.documents} for side in sides]
    return found | (documents[0] ^ documents[1])
