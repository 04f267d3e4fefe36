"""Whether a reported figure meets the wording (targets.md 1.4, 1.5); exact decimals, never binary fractions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID, uuid5

from services.quota.figures.rules import NOT_QUITE, a_year_before, growth_percent
from services.quota.indicators.rules.figures import FigureUnit, written
from services.quota.pace.rules.curves import share_gone_by
from services.quota.quotas.rules import POLICY_QUOTAS, Attainment
from shared.contracts.reporting import DIRECTIONS, PackIndicator
from shared.problems import Fault, Said

WHOLE = Decimal(100)  # percent


class Reported(NamedTuple):
    """What was reported for a day, in its newest version: 1 first, one more for each correction (更正)."""

    as_of: date
    value: Decimal
    version: int
    source: str = ""
    document_no: str = ""


@dataclass(frozen=True)
class Judged:
    """Where an indicator stands: the newest value, that of a year before, and what follows. None is unknown ("—").

    `expected_percent` is the share of the year gone by, of annual ones alone.
    """

    value: Decimal | None = None
    as_of: date | None = None
    version: int | None = None
    year_before: Decimal | None = None
    year_on_year_percent: str | None = None
    year_on_year_points: str | None = None
    completion_percent: str | None = None
    expected_percent: str | None = None
    status: Attainment | None = None
    source: str | None = None
    source_document_no: str | None = None


def indicator_id(document_no: str, code: str, horizon: int | None) -> UUID:
    """The identity of an indicator by one horizon: the same name by another year is another one."""
    return uuid5(POLICY_QUOTAS, "\n".join(("indicator", document_no, code, str(horizon or ""))))


def is_yearly(requirement: PackIndicator) -> bool:
    """Whether the text asks for it every year: 每年, 年…增长, 逐年. Without a year and without that it has no term."""
    return requirement.horizon is None and (
        requirement.kind in ("annual", "growth") or "逐年" in requirement.wording_zh
    )


def unit_of(requirement: PackIndicator) -> FigureUnit:
    """What the figures of an indicator are counted in; a growth's amount is percent, and says nothing of them."""
    amount = None if requirement.kind == "growth" else requirement.amount
    return FigureUnit(requirement.unit_zh, requirement.unit_en, amount)


def judge(requirement: PackIndicator, reported: Mapping[date, Reported], on: date) -> Judged:
    """Where an indicator stands at the end of a day, by the newest value for that day or an earlier one."""
    days = [day for day in reported if day <= on]
    if not days:
        return Judged()
    day = max(days)
    now = reported[day]
    before = reported.get(a_year_before(day))
    base = before.value if before else None
    share = requirement.kind == "ratio"
    return Judged(
        value=now.value,
        as_of=day,
        version=now.version,
        year_before=base,
        year_on_year_percent=None if share else growth_percent(now.value, base),
        year_on_year_points=written(now.value - base) if share and base is not None else None,
        completion_percent=_completion(requirement, now.value),
        expected_percent=_expected(day) if requirement.kind == "annual" else None,
        status=_status(requirement, now.value, base),
        source=now.source or None,
        source_document_no=now.document_no or None,
    )


def _completion(requirement: PackIndicator, value: Decimal) -> str | None:
    """完成率 of what can be completed: rounded down, never 100.0 where it is not met; a share or a trend has none."""
    if not requirement.amount or requirement.kind not in ("annual", "stock"):
        return None
    tenths = int(Fraction(value) * 1000 / Fraction(requirement.amount))
    if requirement.amount_max is not None:
        tenths = min(tenths, 1000)
    if requirement.comparison == "more_than" and value <= requirement.amount:
        tenths = min(tenths, NOT_QUITE)
    return f"{tenths // 10}.{tenths % 10}"


def _expected(day: date) -> str:
    share = share_gone_by(date(day.year, 1, 1), date(day.year, 12, 31), day)
    hundredths = int(share * 10_000 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _status(requirement: PackIndicator, value: Decimal, base: Decimal | None) -> Attainment | None:
    if requirement.comparison in DIRECTIONS:
        if base is None:
            return None
        held = value > base if requirement.comparison == "rising" else value >= base
        return Attainment.ATTAINED if held else Attainment.SHORT
    amount = requirement.amount or Decimal(0)
    if requirement.kind == "growth":
        if not base:
            return None  # by what share it grew over nothing, nobody can say
        value, amount = (value - base) * 100, amount * base
    if requirement.amount_max is not None and value > requirement.amount_max:
        return Attainment.EXCEEDED
    met = value > amount if requirement.comparison == "more_than" else value >= amount
    return Attainment.ATTAINED if met else Attainment.SHORT


def faults_in_value(
    requirement: PackIndicator, value: Decimal, days: Mapping[str, date], today: date, *, repeated: bool
) -> Iterator[Fault]:
    """What keeps a value from being reported: a day (`as_of`, `reported_on`) to come, a report before the day it
    covers, more than all, nothing new.
    """
    if days["as_of"] > today:
        yield Fault("/as_of", "in_the_future", Said("时点尚未到来", "has not come yet"))
    if days["reported_on"] > today:
        yield Fault("/reported_on", "in_the_future", Said("报送日期尚未到来", "has not come yet"))
    if days["reported_on"] < days["as_of"]:
        said = Said("报送日期不得早于数据时点", "lies before the day that the value covers")
        yield Fault("/reported_on", "before_as_of", said)
    if requirement.kind == "ratio" and value > WHOLE:
        yield Fault("/value", "above_whole", Said("比重不能超过 100%", "a share is no more than 100%"))
    if repeated:
        yield Fault("/value", "unchanged", Said("与已报送的相同", "is what was reported already"))
