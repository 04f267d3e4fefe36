"""The figures of one day, looked up by programme, period and unit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.quota.figures.rules import a_year_before
from services.quota.figures.schemas.progress import Progress
from services.quota.quotas.models import Quota

Of = tuple[str, date, date | None]  # a code or a programme, and its period


@dataclass
class Snapshot:
    """Every quota as of a day: of the city by code and period, of units by programme and period."""

    on: date
    rows: Sequence[Progress]
    city: dict[Of, Progress] = field(default_factory=dict)
    own: dict[Of, dict[str, Progress]] = field(default_factory=lambda: defaultdict(dict))
    given: dict[Of, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.lines():
            if row.quota.unit is None:
                self.city[of_code(row.quota)] = row
                self.given[of_code(row.quota)] = dict(row.units)
            else:
                self.own[of_programme(row.quota)][row.quota.unit] = row

    def lines(self) -> Iterator[Progress]:
        """Every row, plain counts right behind the target within which they stand (其中)."""
        for row in self.rows:
            yield row
            yield from row.parts

    def value(self, quota: Quota, unit: str | None = None) -> int | None:
        """The figure of a quota, or of a unit in it; None where it had not begun, or of which nothing was heard."""
        return self._value(of_code(quota), of_programme(quota), unit)

    def comparable(self, quota: Quota, unit: str | None = None) -> int | None:
        """The figure to compare with a year later: of the same quota, or of the one that was annual before it."""
        now = self._value(of_code(quota), of_programme(quota), unit)
        return self._value(_earlier(of_code(quota)), _earlier(of_programme(quota)), unit) if now is None else now

    def _value(self, code: Of, programme: Of, unit: str | None) -> int | None:
        if unit is None:
            return self.city[code].value if code in self.city else None
        if unit in self.own.get(programme, ()):
            return self.own[programme][unit].value
        return self.given.get(code, {}).get(unit)


def of_code(quota: Quota) -> Of:
    """What names a quota of the city from year to year: code and period."""
    return quota.code, quota.starts_on, quota.ends_on


def of_programme(quota: Quota) -> Of:
    """What names the quotas of a programme's units: programme and period."""
    return quota.programme, quota.starts_on, quota.ends_on


def _earlier(of: Of) -> Of:
    name, start, end = of
    return name, a_year_before(start), end and a_year_before(end)
