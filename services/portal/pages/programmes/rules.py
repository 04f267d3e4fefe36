"""How the units of one quota are ranked, and its months cut to a day."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class UnitStanding:
    """One unit in the ranking: `value` None where nothing was reported, `amount` None where nothing is asked of it."""

    unit: str
    value: int | None
    amount: int | None
    rank: int | None = None
    tied: bool = False


def ranked(values: Mapping[str, int], amounts: Mapping[str, int], units: Sequence[str]) -> Sequence[UnitStanding]:
    """Units by completion of their own amounts, equal ones on one rank; then, unranked, those that only contribute.

    Completion is compared exactly. `units` are all there are, in the order of the policy, which decides between equals.
    """
    everyone = [*units, *sorted((values.keys() | amounts.keys()) - set(units))]
    order = {unit: place for place, unit in enumerate(everyone)}
    due = {unit: amount for unit, amount in amounts.items() if amount > 0}

    def share(unit: str) -> Fraction:
        return Fraction(values.get(unit, 0), due[unit])

    first = sorted(due, key=lambda unit: (-share(unit), order[unit]))
    shares = [share(unit) for unit in first]
    found = [
        UnitStanding(unit, values.get(unit), due[unit], shares.index(share(unit)) + 1, shares.count(share(unit)) > 1)
        for unit in first
    ]
    rest = sorted((each for each in everyone if each not in due), key=lambda unit: (-values.get(unit, -1), order[unit]))
    return found + [UnitStanding(unit, values.get(unit), None) for unit in rest]


def heads_for(percent: int, amount: int) -> int:
    """How many it takes to reach a milestone: the least whole number that is the percentage or more."""
    return -(-percent * amount // 100)


class WithMonth(Protocol):
    """What is of a month (YYYY-MM)."""

    @property
    def month(self) -> str:
        """The month."""


M = TypeVar("M", bound=WithMonth)


def last_day(month: str) -> date:
    """The last day of a month."""
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def whole_months(months: Sequence[M], on: date) -> Sequence[M]:
    """The months that were over by a day."""
    return [each for each in months if last_day(each.month) <= on]
