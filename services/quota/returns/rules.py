"""Who owes a monthly report (月报), and for which month; values in, decision out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.quota.pace.rules.curves import month_end
from shared.problems import Fault, Said

SilentUnits = dict[UUID, list[str]]


@dataclass(frozen=True, slots=True)
class Owing:
    """A quota for which units owe reports while its period runs, from the month on in which it was laid down.

    Whoever is heard of on any of its programmes has reported; a nil return names the first.
    """

    quota_id: UUID
    programmes: tuple[str, ...]
    units: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    defined_on: date

    def owes(self, month: date) -> bool:
        """Whether a report is owed for the month that begins on this day."""
        last = month_end(month)
        runs = self.starts_on <= last and (self.ends_on is None or self.ends_on >= month)
        return runs and self.defined_on <= last


@dataclass(frozen=True, slots=True)
class ReportingRules:
    """What the policies in force say of monthly reports: until which day, who owes them in any case, when units are."""

    due_day: int
    duties: Mapping[str, frozenset[str]]
    units: Mapping[str, tuple[date, date | None]]

    def there(self, unit: str, month: date) -> bool:
        """Whether a unit is there on some day of the month that begins on this day."""
        since, until = self.units.get(unit, (date.max, None))
        return since <= month_end(month) and (until is None or until >= month)


def silent(
    owing: Iterable[Owing], month: date, heard: Collection[tuple[str, str]], settings: ReportingRules
) -> SilentUnits:
    """The units that owe a report for a month and were not heard of, by quota; quotas nobody reports on are absent."""
    found: SilentUnits = {}
    for each in owing:
        units = [unit for unit in each.units if settings.there(unit, month)]
        if units and each.owes(month):
            found[each.quota_id] = [
                unit for unit in units if not any((programme, unit) in heard for programme in each.programmes)
            ]
    return found


def due_month(on: date, due_day: int) -> date:
    """The first day of the last month whose reports are due: from the day after `due_day` of the next month on."""
    last = on.replace(day=1) - timedelta(days=1)
    if on.day <= due_day:
        last = last.replace(day=1) - timedelta(days=1)
    return last.replace(day=1)


def faults_in_nil_return(
    programme: str, unit: str, month: str, programmes: Collection[str], settings: ReportingRules, today: date
) -> Iterator[Fault]:
    """What keeps a nil return (零报告) of a month (YYYY-MM) from being true: nobody could report so."""
    begins = date.fromisoformat(f"{month}-01")
    if programme not in programmes:
        said = Said("政策包中没有该计划", "is no programme of the policy")
        yield Fault("/programme", "unknown_programme", said)
    if unit not in settings.units:
        said = Said("政策包中没有该填报单位", "is no reporting unit of the policy")
        yield Fault("/unit", "unknown_unit", said)
    elif not settings.there(unit, begins):
        yield Fault("/unit", "unit_not_valid", Said("该单位当月不在有效期内", "is not valid in that month"))
    if begins > today:
        yield Fault("/month", "in_the_future", Said("该月尚未开始", "has not begun yet"))
