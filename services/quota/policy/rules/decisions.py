"""What a decision about a quota must satisfy; values in, faults out."""

from collections.abc import Collection, Iterator
from datetime import date

from services.quota.quotas.rules import QuotaComparison
from shared.contracts.pace import PaceRule
from shared.problems import Fault, Said

DEFAULT_TOLERANCE = 10  # percent either way of an amount worded 左右; no law says (targets.md 1.4)


def tolerance_of(comparison: str, given: int | None) -> int:
    """The tolerance of an amount: that given, or for 左右 the default."""
    if given is not None:
        return given
    return DEFAULT_TOLERANCE if comparison == QuotaComparison.ABOUT else 0


def label_of(start: date, end: date | None) -> str:
    """What a period is called if nobody named it: the year, or its two days."""
    if end is not None and (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
        return f"{start.year}"
    return f"{start}/{end or ''}"


def faults_in_amounts(comparison: str, amount: int, amount_max: int | None, tolerance: int) -> Iterator[Fault]:
    """Whether the amounts fit the wording: a–b has two ends, 左右 a tolerance, nothing else has either."""
    if comparison == QuotaComparison.BETWEEN and amount_max is None:
        yield Fault("/amount_max", "missing", Said("区间目标须有上限", "a range needs its upper end"))
    if comparison != QuotaComparison.BETWEEN and amount_max is not None:
        yield Fault("/amount_max", "not_a_range", Said("只有区间目标可有上限", "only a range has an upper end"))
    elif amount_max is not None and amount_max < amount:
        yield Fault("/amount_max", "below_amount", Said("上限低于下限", "the upper end lies below the lower end"))
    if (comparison == QuotaComparison.ABOUT) != (tolerance > 0):
        said = Said("“左右”目标须有容差，其他目标不得有", "`about`, and nothing else, has a tolerance")
        yield Fault("/tolerance_percent", "tolerance", said)


def faults_in_pace(rule: PaceRule, start: date, end: date | None, at: str) -> Iterator[Fault]:
    """Whether a curve set by hand has a percentage for each month of the period."""
    if not rule.fits(start, end):
        said = Said("须为期间内每个月各列一个百分比", "needs a percentage for each month of the period")
        yield Fault(at, "not_each_month", said)


def faults_in_revision(
    effective_on: date, starts_on: date, last_effective_on: date, today: date, *, unchanged: bool
) -> Iterator[Fault]:
    """Whether a revision comes after what it revises, and not before its day."""
    if effective_on < starts_on:
        said = Said("生效日早于目标起日", "lies before the quota begins")
        yield Fault("/effective_on", "before_quota", said)
    elif effective_on < last_effective_on:
        said = Said("生效日早于上一次调整", "lies before the revision that went before")
        yield Fault("/effective_on", "before_last_revision", said)
    if effective_on > today:
        said = Said("生效日尚未到来，请于当日办理", "has not come yet; enter it on the day")
        yield Fault("/effective_on", "in_the_future", said)
    if unchanged:
        yield Fault("/amount", "unchanged", Said("与现行目标相同", "is the amount in force"))


def faults_in_new_amount(amount: int, amount_max: int | None) -> Iterator[Fault]:
    """Whether a revised amount stays within its range."""
    if amount_max is not None and amount > amount_max:
        yield Fault("/amount", "above_amount_max", Said("高于区间上限", "lies above the upper end"))


def faults_in_references(
    programme: str, unit: str | None, programmes: Collection[str], units: Collection[str]
) -> Iterator[Fault]:
    """Whether a policy in force names the programme and the unit."""
    if programme not in programmes:
        said = Said("政策包中没有该计划", "is no programme of the policy")
        yield Fault("/programme", "unknown_programme", said)
    if unit is not None and unit not in units:
        said = Said("政策包中没有该填报单位", "is no reporting unit of the policy")
        yield Fault("/unit", "unknown_unit", said)


def faults_in_period(start: date, end: date | None) -> Iterator[Fault]:
    """Whether a period ends after it begins."""
    if end is not None and end < start:
        yield Fault("/period/end", "ends_before_start", Said("止日早于起日", "lies before the start"))
