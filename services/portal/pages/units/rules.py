"""Where a unit stands among the others in its own quotas."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.portal.client.progress import ProgressAnswer


@dataclass(frozen=True)
class UnitSummary:
    """How many targets a unit has, how many of them it met, and the lamps beside them."""

    unit: str
    targets: int = 0
    attained: int = 0
    lamps: Counter[str] = field(default_factory=Counter)
    silent: int = 0


def summaries(progress: Iterable[ProgressAnswer], units: Sequence[str]) -> Sequence[UnitSummary]:
    """One line a unit, in the order given; units that are not in it follow."""
    own: dict[str, list[ProgressAnswer]] = {unit: [] for unit in units}
    for each in progress:
        if each.unit and each.has_amount:
            own.setdefault(each.unit, []).append(each)
    return [
        UnitSummary(
            unit,
            targets=len(some),
            attained=sum(each.status in ("attained", "exceeded") for each in some),
            lamps=Counter(each.pace.lamp for each in some if each.pace),
            silent=sum(bool(each.silent and each.silent.units) for each in some),
        )
        for unit, some in own.items()
    ]


@dataclass(frozen=True)
class UnitRank:
    """The place of a unit among those with an amount of their own in one quota."""

    place: int
    of: int
    tied: bool


def rank_of(item: ProgressAnswer, progress: Iterable[ProgressAnswer]) -> UnitRank | None:
    """A unit's place by completion, compared exactly; None where nothing is asked of it."""
    if not item.unit or not item.amount:
        return None
    shares = [
        Fraction(each.value, each.amount)
        for each in progress
        if each.unit and each.amount and (each.code, each.period) == (item.code, item.period)
    ]
    own = Fraction(item.value, item.amount)
    return UnitRank(1 + sum(share > own for share in shares), len(shares), shares.count(own) > 1)
