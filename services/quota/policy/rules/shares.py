"""What a share is, and who may be given one; values in, decision out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from services.quota.policy.errors import CityPool, NothingToSplit, NotTheCitys, OverAllocated
from services.quota.quotas.rules import QuotaComparison, QuotaKind, Terms, overlap
from shared.problems import Fault, Refusal, Said

Validity = Mapping[str, tuple[date, date | None]]


def share(city: Terms, unit: str, amount: int) -> Terms:
    """What is asked of a unit that is given a share of the city's amount.

    It is to be reached; only a share of a cap limits (名额分配). 左右 and ranges word the city's amount, not a unit's.
    """
    return replace(
        city,
        unit=unit,
        amount=amount,
        amount_max=None,
        kind=QuotaKind.CAP if city.kind == QuotaKind.CAP else QuotaKind.GOAL,
        comparison=QuotaComparison.AT_LEAST,
        tolerance_percent=0,
    )


def not_split(city: Terms) -> Refusal | None:
    """Why a quota is not split to units, if it is not: it is a unit's, pooled over the city, or asks for nothing."""
    if city.unit is not None:
        return NotTheCitys()
    if city.city_pool:
        return CityPool()
    return None if city.amount else NothingToSplit()


def faults_in_units(
    units: Collection[str], city: Terms, validity: Validity, otherwise: Collection[str]
) -> Iterator[Fault]:
    """Shares of units that nobody knows, that are not there in the period, or that have an amount otherwise."""
    for unit in units:
        at = f"/shares/{unit}"
        if unit not in validity:
            yield Fault(at, "unknown_unit", Said("政策包中没有该填报单位", "is no reporting unit of the policy"))
        elif not overlap(*validity[unit], city.starts_on, city.ends_on):
            yield Fault(at, "unit_not_valid", Said("该单位在目标期间内无效", "is not valid in the period"))
        elif unit in otherwise:
            said = Said("该单位已有文件或自定的目标", "has an amount of a document or of the bureau in this period")
            yield Fault(at, "has_an_amount", said)


def faults_in_day(effective_on: date, starts_on: date, last: date | None, today: date) -> Iterator[Fault]:
    """Whether a split takes effect within the quota, after the one before, and on a day that has come."""
    if effective_on < starts_on:
        yield Fault("/effective_on", "before_quota", Said("生效日早于目标起日", "lies before the quota begins"))
    elif last is not None and effective_on < last:
        said = Said("生效日早于上一次分解", "lies before the split that went before")
        yield Fault("/effective_on", "before_last_revision", said)
    elif effective_on > max(today, starts_on):
        said = Said("生效日尚未到来，请于当日办理", "has not come yet; enter it on the day")
        yield Fault("/effective_on", "in_the_future", said)


def too_much(amount: int, wanted: int, free: int) -> OverAllocated:
    """By how much the shares exceed the city's amount, and what of it is free as things stand."""
    over = wanted - amount
    said = Said(
        f"分解数合计 {wanted}，超过全市目标 {amount} 计 {over}；现尚未分解 {free}。确需超额分解的，请确认超额分解。",
        f"the shares come to {wanted}, {over} more than the city's {amount}; {free} are free as things stand."
        " To give more all the same, add `confirmed`.",
    )
    return OverAllocated(Fault("/shares", "over_allocated", said), detail=said, over=over, free=free)
