"""What a quota (目标任务) asks for and what belongs to it: values in, decision out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.duplicates import Relation
from shared.contracts.policy import limits_places
from shared.contracts.scopes import covers

# A quota of a policy document keeps its identity however often the document is applied, on every machine.
POLICY_QUOTAS = UUID("6f1c3c52-5d0c-5d59-9d5e-0a2f3b1f7c39")


class QuotaKind(StrEnum):
    """Whether the amount is to be reached (目标), never to be passed (上限), or to be stayed within (区间)."""

    GOAL = "goal"
    CAP = "cap"
    BAND = "band"


class QuotaComparison(StrEnum):
    """How the document words the amount: 以上 includes it, 超过 excludes it, 左右 tolerates, a–b is a range."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    ABOUT = "about"
    BETWEEN = "between"


class Measure(StrEnum):
    """Which headcount is the figure: all recognised and not revoked (净累计), or those still there (在库)."""

    NET_CUMULATIVE = "net_cumulative"
    IN_STOCK = "in_stock"


class Attainment(StrEnum):
    """Whether the wording is met: 达标, 基本达标, 未达标, 超额需说明, 无目标."""

    ATTAINED = "attained"
    BASICALLY_ATTAINED = "basically_attained"
    SHORT = "short"
    EXCEEDED = "exceeded"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a quota counts: programmes, classes, a unit or the whole city, a period or a round.

    `rivals` are programmes with which a subject counts once, and whether they have the head in any case.
    """

    programmes: frozenset[str]
    where: Mapping[str, frozenset[str]]
    unit: str | None
    start: date
    end: date | None
    round: str | None
    rivals: Mapping[str, bool] = field(default_factory=dict)

    def anywhere(self) -> "Scope":
        """The same for the whole city."""
        return replace(self, unit=None)

    def covers(self, programme: str, classes: Mapping[str, str | None], counted_on: date) -> bool:
        """Whether a registration belongs here, whatever its unit."""
        return covers(self, programme, classes, counted_on)


@dataclass(frozen=True, slots=True)
class Wording:
    """The amount as the document words it; `amount` None where nothing is asked of whom the figure is shown for."""

    kind: str
    comparison: str
    amount: int | None
    amount_max: int | None = None
    tolerance_percent: int = 0


def upper_end(wording: Wording) -> int | None:
    """The last value the wording covers: b of a–b, a cap's amount, 左右 with its tolerance; None: more is welcome."""
    if wording.amount is None:
        return None
    if wording.comparison == QuotaComparison.BETWEEN:
        return wording.amount if wording.amount_max is None else wording.amount_max
    if wording.comparison == QuotaComparison.ABOUT:
        return wording.amount * (100 + wording.tolerance_percent) // 100
    return wording.amount if wording.kind == QuotaKind.CAP else None


def places(wording: Wording) -> int | None:
    """How many places (名额) there are to be recognised into; None where nobody needs one.

    A cap (上限) has its amount, 左右 what its tolerance covers: an excess must be explained (targets.md 1.4).
    """
    return upper_end(wording) if limits_places(wording.kind, wording.comparison, wording.amount or 0) else None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a document decided about one quota in one period."""

    code: str
    programmes: tuple[str, ...]
    where: dict[str, list[str]]
    unit: str | None
    kind: str
    comparison: str
    amount: int
    amount_max: int | None
    tolerance_percent: int
    measure: str
    milestones: tuple[int, ...]
    starts_on: date
    ends_on: date | None
    basis: str
    label: str
    round: str | None
    clause: str
    wording_zh: str
    wording_en: str
    measure_word_zh: str
    measure_word_en: str
    city_pool: bool
    rivals: dict[str, bool] = field(default_factory=dict)
    pace: dict[str, Any] = field(default_factory=dict)  # what differs from the pace by month

    @property
    def places(self) -> int | None:
        """How many places there are; None where nobody needs one."""
        return places(Wording(self.kind, self.comparison, self.amount, self.amount_max, self.tolerance_percent))

    @property
    def scope(self) -> Scope:
        """The part that decides who counts."""
        return Scope(
            programmes=frozenset(self.programmes),
            where={name: frozenset(values) for name, values in self.where.items()},
            unit=self.unit,
            start=self.starts_on,
            end=self.ends_on,
            round=self.round,
            rivals=self.rivals,
        )


TERMS = tuple(each.name for each in fields(Terms))
DECIDES_WHO_COUNTS = frozenset({"programmes", "where", "unit", "starts_on", "ends_on", "round", "rivals"})
MOVES_MILESTONES = DECIDES_WHO_COUNTS | {"amount", "measure", "milestones"}


def rivals(programmes: Collection[str], relations: Iterable[Relation]) -> dict[str, bool]:
    """Programmes outside a quota whose subjects count once with its own (只计一次): whether they always have the head.

    If not, the earlier recognition has it.
    """
    found: dict[str, bool] = {}
    for relation in relations:
        own = {relation.one, relation.other} & set(programmes)
        if relation.rule == "count_once" and len(own) == 1 and relation.head not in own:
            (mine,) = own
            found[str(relation.beside(mine))] = relation.head is not None
    return found


def changed_terms(before: Terms, after: Terms) -> list[str]:
    """Names of the terms that differ, in their order."""
    return [name for name in TERMS if getattr(before, name) != getattr(after, name)]


def policy_quota_id(document_no: str, code: str, label: str) -> UUID:
    """The identity of a document's quota in one period, the same at every application of the document."""
    return uuid5(POLICY_QUOTAS, "\n".join((document_no, code, label)))


def overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """Whether two periods share a day; both ends belong to a period, and one without an end runs on."""
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


@dataclass(frozen=True, slots=True)
class Decided:
    """One amount of a quota: its generation (1 first, one more for each revision) and the day it takes effect."""

    generation: int
    amount: int
    effective_on: date


def amount_on(day: date, decided: Iterable[Decided]) -> Decided:
    """The amount in force on a day, so that past figures keep that of their time; before all others, the first."""
    in_order = sorted(decided, key=lambda each: each.generation)
    in_force = [each for each in in_order if each.effective_on <= day]
    return in_force[-1] if in_force else in_order[0]
