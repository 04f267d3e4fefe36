"""How two records differ, and what becomes of counts where they are one person. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.portal.pages.duplicates.schemas import HeldShown, SideShown
from shared.contracts.registration import STANDING


@dataclass(frozen=True)
class HeadChange:
    """What one programme counts now, and would where both are one person (认定为同一人的影响).

    `credit` is the registration that keeps the head unless another one is named: the earliest that counts. The units of
    `others` count one less each, where they are not the unit of `credit`.
    """

    programme: str
    before: int
    after: int
    credit: HeldShown
    others: Sequence[HeldShown]

    @property
    def units(self) -> list[str]:
        """The units that would count one less."""
        return sorted({each.reporting_unit for each in self.others} - {self.credit.reporting_unit})


def head_changes(sides: Iterable[SideShown]) -> list[HeadChange]:
    """The programmes in which both are counted as two people today; there a head would be one less."""
    heads: dict[str, set[object]] = defaultdict(set)
    counted: dict[str, list[HeldShown]] = defaultdict(list)
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


def differ(sides: Sequence[SideShown]) -> set[str]:
    """What the two do not share, as far as it is shown: name, birth, and each document that only one has."""
    if len(sides) != 2:
        return set()
    one, other = sides
    found = {name for name in ("name", "birth_date") if getattr(one, name) != getattr(other, name)}
    documents = [{each.written for each in side.documents} for side in sides]
    return found | (documents[0] ^ documents[1])
