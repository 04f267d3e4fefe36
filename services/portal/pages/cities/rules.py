"""Adding up what cities answered, goal by goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.portal.client.progress import PeriodAnswer, ProgressAnswer


@dataclass(frozen=True)
class CitiesGoal:
    """One goal of a programme in one period, with the figures of each city that has it."""

    programme: str
    period: PeriodAnswer
    cities: Mapping[str, ProgressAnswer]

    @property
    def value(self) -> int:
        """What they came to together."""
        return sum(each.value for each in self.cities.values())

    @property
    def amount(self) -> int:
        """What is asked of them together."""
        return sum(each.amount or 0 for each in self.cities.values())

    @property
    def completion(self) -> str | None:
        """Percent of it with one decimal, rounded down so that nothing is reached before it is; None of nothing."""
        if not self.amount:
            return None
        return f"{int(Fraction(self.value * 1000, self.amount)) / 10:.1f}"


def added_up(figures: Mapping[str, Sequence[ProgressAnswer]]) -> Sequence[CitiesGoal]:
    """The goals of whole cities with an amount, in the order in which the first city that has them lists them.

    Goals are the same where programme, days of the period and the quota's code are; a city that laid one of them down
    alone stands alone in its line.
    """
    goals: dict[tuple[object, ...], dict[str, ProgressAnswer]] = {}
    for city, progress in figures.items():
        for each in progress:
            if each.unit is None and each.has_amount:
                key = (each.programme, each.code, each.period.start, each.period.end)
                goals.setdefault(key, {})[city] = each
    firsts = [next(iter(cities.values())) for cities in goals.values()]
    return [
        CitiesGoal(first.programme, first.period, cities) for first, cities in zip(firsts, goals.values(), strict=True)
    ]
