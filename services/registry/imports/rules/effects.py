"""What the rows of an import do to quotas: figures before and after, and milestones reached. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple, Self

from shared.contracts.scopes import covers


@dataclass(frozen=True)
class QuotaFigure:
    """A quota with its figure before an import: whom it covers, its amount and the percentages worth announcing.

    `measure` is which figure it is, net_cumulative or in_stock (净累计、在库).
    """

    quota_id: str
    programme: str
    programmes: Sequence[str]
    where: Mapping[str, Sequence[str]]
    unit: str | None
    start: date | None
    end: date | None
    amount: int | None
    value: int
    milestones: Sequence[int]
    round: str | None = None
    measure: str = "net_cumulative"

    def kept(self) -> dict[str, Any]:
        """As a job keeps it."""
        days = {name: day and day.isoformat() for name, day in (("start", self.start), ("end", self.end))}
        return asdict(self) | days

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """One that a job keeps."""
        days = {name: kept[name] and date.fromisoformat(kept[name]) for name in ("start", "end")}
        return cls(**{**kept, **days})


class CountedRows(NamedTuple):
    """What some rows count as, and how many more of it there are with them, or fewer.

    `credited` is the unit that has the credit of who moved since; `in_stock` whether they are, or have left.
    """

    programme: str
    unit: str
    on: date
    classes: Mapping[str, str | None]
    rows: int
    credited: str
    in_stock: bool

    def adds_to(self, figure: QuotaFigure) -> bool:
        """Whether they belong to a quota's figure."""
        of_stock = figure.measure == "in_stock"
        if figure.unit not in (None, self.unit if of_stock else self.credited) or (of_stock and not self.in_stock):
            return False
        return covers(figure, self.programme, self.classes, self.on)


def effects_of(figures: Iterable[QuotaFigure], counted: Sequence[CountedRows]) -> list[dict[str, Any]]:
    """What rows do to the quotas that cover them: the value before and after, completion, and milestones reached.

    Of subjects that count there already, as registered elsewhere, quota adds none: `value_after` is the most it can be.
    """
    found = []
    for figure in figures:
        added = sum(each.rows for each in counted if each.adds_to(figure))
        if added:
            found.append(_effect(figure, added))
    return found


def _effect(figure: QuotaFigure, added: int) -> dict[str, Any]:
    before, after, amount = figure.value, figure.value + added, figure.amount
    return {
        "quota_id": figure.quota_id,
        "programme": figure.programme,
        "unit": figure.unit,
        "value_before": before,
        "value_after": after,
        "percent_before": _percent(before, amount),
        "percent_after": _percent(after, amount),
        "milestones": [each for each in figure.milestones if amount and before * 100 < each * amount <= after * 100],
        "fallen_back": [each for each in figure.milestones if amount and after * 100 < each * amount <= before * 100],
    }


def _percent(value: int, amount: int | None) -> str | None:
    """One decimal, rounded down (完成率)."""
    return f"{value * 1000 // amount / 10:.1f}" if amount else None
