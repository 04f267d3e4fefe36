"""Completion and wording, months and growth, and why a registration counts or does not; values in, decision out."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.quota.counting.rules.heads import NOTHING, Counts, Seen, belonging, figure_of, head
from services.quota.quotas.rules import Attainment, Measure, QuotaComparison, Scope, Wording, upper_end
from shared.contracts.registration import STANDING, RegistrationState
from shared.problems import Said

NOT_QUITE = 999  # tenths of a percent: what is shown of an amount that is there and was to be passed


def completion_percent(value: int, wording: Wording) -> str | None:
    """完成率 with one decimal, rounded down; 100.0 never stands where the wording is not met. None: nothing is asked.

    超过 N with N is below 100. A range (a–b) is complete from its lower end on: beyond its upper end is out of range,
    not more than complete.
    """
    if not wording.amount:
        return None
    tenths = value * 1000 // wording.amount
    if wording.comparison == QuotaComparison.BETWEEN:
        tenths = min(tenths, 1000)
    if wording.comparison == QuotaComparison.MORE_THAN and value <= wording.amount:
        tenths = min(tenths, NOT_QUITE)
    return f"{tenths // 10}.{tenths % 10}"


def remaining(value: int, wording: Wording) -> int | None:
    """Heads still missing until the wording is met; 超过 N needs one more than N."""
    if not wording.amount:
        return None
    wanted = wording.amount + 1 if wording.comparison == QuotaComparison.MORE_THAN else wording.amount
    return max(0, wanted - value)


def status(value: int, wording: Wording) -> Attainment:
    """Whether the wording is met (targets.md 1.4): 以上 from N, 超过 above N, 左右 within its tolerance, a–b inside."""
    if not wording.amount:
        return Attainment.NO_AMOUNT
    most = upper_end(wording)
    if most is not None and value > most:
        return Attainment.EXCEEDED
    if value > wording.amount or (value == wording.amount and wording.comparison != QuotaComparison.MORE_THAN):
        return Attainment.ATTAINED
    tolerance = wording.tolerance_percent if wording.comparison == QuotaComparison.ABOUT else 0
    if tolerance and value * 100 >= wording.amount * (100 - tolerance):
        return Attainment.BASICALLY_ATTAINED
    return Attainment.SHORT


MONTHS_OF_A_YEAR = 12

Learnt = tuple[int, int, Counts]  # known in a month (YYYYMM), counted in a month, what


class Month(NamedTuple):
    """One calendar month: what it changed, and where the figures stand at its end.

    `late` is the part of `added` that was learnt after the month; `learnt_late` what was learnt in it of months before.
    """

    month: str
    added: Counts
    late: Counts
    learnt_late: Counts
    standing: Counts


def by_month(learnt: Iterable[Learnt]) -> list[Month]:
    """Every month that counts, from the first to the last, and those later ones in which only late reports came."""
    added, late, learnt_late = (defaultdict[int, Counts](lambda: NOTHING) for _ in range(3))
    for known_in, counted_in, counts in learnt:
        added[counted_in] = added[counted_in].plus(counts)
        if known_in > counted_in:
            late[counted_in] = late[counted_in].plus(counts)
            learnt_late[known_in] = learnt_late[known_in].plus(counts)
    months, standing = [], NOTHING
    for month in sorted({*_from_first_to_last(added), *learnt_late}):
        standing = standing.plus(added[month])
        name = f"{month // 100:04}-{month % 100:02}"
        months.append(Month(name, added[month], late[month], learnt_late[month], standing))
    return months


def growth_percent(now: int | Decimal, before: int | Decimal | None) -> str | None:
    """同比 with one decimal; None ("—") where there is nothing to compare with: nothing known, nothing, or less."""
    if before is None or before <= 0:
        return None
    return str((Decimal(100 * (now - before)) / before).quantize(Decimal("0.1"), ROUND_HALF_UP) + 0)  # no -0.0


def a_year_before(day: date) -> date:
    """The same day of the year before; the last day of a month stays the last."""
    last, was = (monthrange(year, day.month)[1] for year in (day.year, day.year - 1))
    return date(day.year - 1, day.month, was if day.day == last else day.day)


def year_before(month: str) -> str:
    """The same month (YYYY-MM) of the year before."""
    return f"{int(month[:4]) - 1:04}{month[4:]}"


class Boundaries(NamedTuple):
    """A unit's months on today's boundaries (可比口径), and the days on which a boundary of the unit moved."""

    months: Sequence[Month]
    moved: Sequence[date]

    def between(self, month: str) -> bool:
        """Whether one moved between the same month of the year before and this one."""
        return any(year_before(month) <= f"{day:%Y-%m}" <= month for day in self.moved)


def _from_first_to_last(months: Collection[int]) -> Iterator[int]:
    first, last = min(months, default=1), max(months, default=0)
    return (month for month in range(first, last + 1) if 1 <= month % 100 <= MONTHS_OF_A_YEAR)


class CountingReason(StrEnum):
    """What decides; `counts` alone means that it stands behind the figure."""

    COUNTS = "counts"
    OTHER_PROGRAMME = "other_programme"
    OTHER_CLASS = "other_class"
    NOT_RECOGNISED = "not_recognised"
    OTHER_ROUND = "other_round"
    OUTSIDE_PERIOD = "outside_period"
    REVOKED = "revoked"
    YIELDS = "yields"
    SAME_SUBJECT = "same_subject"
    OTHER_UNIT = "other_unit"
    OTHER_PROGRAMME_COUNTS = "other_programme_counts"
    LEFT = "left"
    BUREAU_EXPLAINS = "bureau_explains"


SAID = {
    CountingReason.COUNTS: Said("计入该目标", "counts"),
    CountingReason.OTHER_PROGRAMME: Said("该计划的登记不计入此目标", "the quota does not count this programme"),
    CountingReason.OTHER_CLASS: Said(
        "类别或等级不在此目标范围内", "its class or level is not one that the quota counts"
    ),
    CountingReason.NOT_RECOGNISED: Said("未认定", "it is not recognised"),
    CountingReason.OTHER_ROUND: Said("属于另一届", "it belongs to another round"),
    CountingReason.OUTSIDE_PERIOD: Said("计数日期不在目标期间内", "the day it counts from lies outside the period"),
    CountingReason.REVOKED: Said("已撤销，自始不计", "it is revoked, and void from the beginning"),
    CountingReason.YIELDS: Said(
        "已让出归属，由同一对象的另一登记计入", "it yields its head to another registration of the subject"
    ),
    CountingReason.SAME_SUBJECT: Said(
        "同一对象只计一次，已由更早的登记计入", "its subject counts once, by an earlier registration"
    ),
    CountingReason.OTHER_UNIT: Said("人头归属另一填报单位", "the head is credited to another reporting unit"),
    CountingReason.OTHER_PROGRAMME_COUNTS: Said(
        "同一对象已在只计一次的另一计划中计入", "its subject counts once, and in another programme"
    ),
    CountingReason.LEFT: Said("已退出，不在库；此目标按在库数计", "it has left, and the quota counts what is in stock"),
    CountingReason.BUREAU_EXPLAINS: Said("不计入此目标，原因请向人才办查询", "it does not count; the bureau tells why"),
}


class Why(NamedTuple):
    """The reason, and the registration that has the head if another of the same subject has it."""

    reason: CountingReason
    credited_to: UUID | None = None


def why(scope: Scope, measure: str, one: Seen, of_subject: Iterable[Seen]) -> Why:
    """Whether a registration counts in a quota, given all those of its subject, and the reason if it does not."""
    if (reason := _outside(scope, measure, one)) is not None:
        return Why(reason)
    own = list(of_subject)
    everywhere = head(scope.anywhere(), own)
    if everywhere is None or one.state not in STANDING:
        revoked = one.state == RegistrationState.REVOKED
        return Why(CountingReason.REVOKED if revoked else CountingReason.NOT_RECOGNISED)
    if everywhere.registration_id != one.registration_id:
        return Why(CountingReason.YIELDS if one.yields else CountingReason.SAME_SUBJECT, everywhere.registration_id)
    if (here := head(scope, own)) is None:
        return Why(CountingReason.OTHER_UNIT)
    if not everywhere.net:
        return Why(CountingReason.OTHER_PROGRAMME_COUNTS)
    if measure == Measure.IN_STOCK and not everywhere.in_stock:
        return Why(CountingReason.LEFT)
    if not getattr(here, figure_of(measure)):  # a unit that has the credit, or the stock, alone
        return Why(CountingReason.OTHER_UNIT)
    return Why(CountingReason.COUNTS)


def why_to_an_institution(found: Why, by_own: Why) -> Why:
    """What an institution is told of its own: nothing of whom others registered, which is the bureau's to tell.

    `by_own` is the reason as it would be if nobody else had registered the subject.
    """
    if found.reason == CountingReason.COUNTS:
        return found
    return Why(CountingReason.BUREAU_EXPLAINS) if by_own.reason == CountingReason.COUNTS else by_own


def _outside(scope: Scope, measure: str, one: Seen) -> CountingReason | None:
    if one.programme not in scope.programmes:
        return CountingReason.OTHER_PROGRAMME
    days = belonging(scope, one)
    if days and (days[-1].until is None or measure != Measure.IN_STOCK):
        return None
    classes = dict(one.classes) | {each.name: each.value for each in one.class_changes}
    if any(classes.get(name) not in values for name, values in scope.where.items()):
        return CountingReason.OTHER_CLASS
    if one.counted_on is None:
        return CountingReason.NOT_RECOGNISED
    if scope.round is not None and one.classes.get("round"):
        return CountingReason.OTHER_ROUND
    return CountingReason.OUTSIDE_PERIOD
