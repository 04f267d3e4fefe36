"""What the lines of units add up to (合计), and what of the city's figure is with no unit (未分解)."""

from collections.abc import Sequence
from typing import Any

from services.quota.bulletins.rules import SumKind, added_up, left_of
from services.quota.bulletins.schemas import Figures, SumLine, UnitGroup, UnitLine
from services.quota.figures.rules import completion_percent, growth_percent
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Wording

ADDED = ("amount", "value", "added", "year_ago")


def total(kind: SumKind, quota: Quota, lines: Sequence[UnitLine]) -> SumLine:
    """The sum of units; what was not reported is left out. Completion only where all that count have an amount."""
    sums = {name: added_up(getattr(line, name) for line in lines) for name in ADDED}
    held = all(line.amount for line in lines if line.value)
    wording = Wording(quota.kind, quota.comparison, sums["amount"])
    done = None if sums["value"] is None or not held else completion_percent(sums["value"], wording)
    grown = None if sums["value"] is None else growth_percent(sums["value"], sums["year_ago"])
    return _line(kind, sums | {"completion_percent": done, "year_on_year_percent": grown})


def whole(quota: Quota, groups: Sequence[UnitGroup], city: dict[str, Any] | None) -> list[SumLine]:
    """All units together, what no unit has, and the city; of a quota that only units have, the first alone."""
    units = total(SumKind.UNITS, quota, [line for group in groups for line in group.lines])
    if city is None:
        return [units]
    left = {name: left_of(city[name], getattr(units, name)) for name in ADDED}
    if not quota.city_pool and (units.amount or left["value"]):
        return [units, _line(SumKind.UNALLOCATED, left), SumLine(kind=SumKind.CITY, notes=[], **city)]
    return [units, SumLine(kind=SumKind.CITY, notes=[], **city)]


def _line(kind: SumKind, known: dict[str, Any]) -> SumLine:
    return SumLine(kind=kind, notes=[], **dict.fromkeys(Figures.model_fields) | known)
